// A whole charging session by npm's ocpp-rpc, strict about OCPP 1.6's schemas. Prints the answers as JSON.
// usage: session.mjs ENDPOINT IDENTITY TAG WATT_HOURS STARTED ENDED
import { RPCClient } from 'ocpp-rpc';

const [endpoint, identity, idTag, wattHours, started, ended] = process.argv.slice(2);
const client = new RPCClient({ endpoint, identity, protocols: ['ocpp1.6'], strictMode: true, reconnect: false });
await client.connect();
const boot = await client.call('BootNotification', { chargePointVendor: 'Node', chargePointModel: 'RPC' });
await client.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Preparing' });
const authorize = await client.call('Authorize', { idTag });
const start = await client.call('StartTransaction', { connectorId: 1, idTag, meterStart: 0, timestamp: started });
await client.call('MeterValues', {
  connectorId: 1,
  transactionId: start.transactionId,
  meterValue: [{ timestamp: started, sampledValue: [{ value: '100', measurand: 'Energy.Active.Import.Register', unit: 'Wh' }] }],
});
const stop = await client.call('StopTransaction', {
  transactionId: start.transactionId,
  meterStop: Number(wattHours),
  timestamp: ended,
});
await client.close();
console.log(JSON.stringify({ boot, authorize, start, stop }));
