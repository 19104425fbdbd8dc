// Load on one gateway from the charger's side: N connections that each send the next MeterValues as soon as
// the last is answered (or only stay connected), and what that cost the processes named by pid.
//
// usage: gateway_load URL CHARGERS SECONDS [--idle] [--prefix P] [--pid name=PID]...
//   URL: ws://127.0.0.1:9000/api/v16/<key>
// Prints one JSON object.
#include "load/histogram.hpp"
#include "load/process_figures.hpp"
#include "shared/async/types.hpp"

#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <sys/resource.h>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>

namespace voltlane::bench {
namespace {

namespace beast = boost::beast;
namespace websocket = beast::websocket;
using namespace std::chrono_literals;
using async::use;
using clock = std::chrono::steady_clock;
using stream_type = websocket::stream<async::tcp_socket, false>;

struct run {
    std::string host, port, path, prefix = "LOAD";
    int chargers = 0;
    std::chrono::seconds duration{};
    bool idle = false;
    std::map<std::string, int> pids;

    int connected = 0, failed = 0;
    bool measuring = false, over = false;
    long calls = 0;
    round_trips times;
};

std::string meter_values(long n) {
    const auto wh = std::to_string(1000 + n);
    return R"([2,")" + std::to_string(n) +
           R"(","MeterValues",{"connectorId":1,"transactionId":12345,"meterValue":[{"timestamp":"2026-01-01T00:00:00Z","sampledValue":[)"
           R"({"value":")" +
           wh +
           R"(","measurand":"Energy.Active.Import.Register","unit":"Wh"},{"value":"11040","measurand":"Power.Active.Import","unit":"W"},)"
           R"({"value":"16.0","measurand":"Current.Import","unit":"A","phase":"L1"},{"value":"230.1","measurand":"Voltage","unit":"V","phase":"L1-N"}]}]}])";
}

// Dials and boots. Throws where the gateway does not let it in.
async::awaitable<void> dial(run& r, int index, stream_type& ws, beast::flat_buffer& in) {
    // Many local addresses, so that more than 28,000 connections fit.
    auto& socket = ws.next_layer();
    socket.open(async::tcp::v4());
    socket.bind({async::asio::ip::make_address_v4(0x7f000001U + static_cast<unsigned>(index / 20'000)), 0});
    const async::tcp::endpoint to(async::asio::ip::make_address(r.host),
                                  static_cast<unsigned short>(std::stoi(r.port)));
    co_await socket.async_connect(to, use);
    socket.set_option(async::tcp::no_delay(true));
    websocket::stream_base::decorator offer([](websocket::request_type& request) {
        request.set(beast::http::field::sec_websocket_protocol, "ocpp1.6");
    });
    ws.set_option(std::move(offer));
    const auto path = r.path + "/" + r.prefix + std::to_string(index);
    co_await ws.async_handshake(r.host, path, use);
    ws.auto_fragment(false);
    ws.text(true);
    const std::string boot =
        R"([2,"boot","BootNotification",{"chargePointVendor":"Load","chargePointModel":"Bench"}])";
    co_await ws.async_write(async::asio::buffer(boot), use);
    co_await ws.async_read(in, use);
    in.consume(in.size());
}

async::awaitable<void> charger(run& r, int index) {
    stream_type ws(co_await async::asio::this_coro::executor);
    beast::flat_buffer in;
    try {
        co_await dial(r, index, ws, in);
        ++r.connected;
    } catch (const std::exception&) {
        ++r.failed;
        co_return;
    }
    try {
        if (r.idle) co_await ws.async_read(in, use);
        for (long n = 0; !r.over; ++n) {
            const auto call = meter_values(n);
            const auto sent = clock::now();
            co_await ws.async_write(async::asio::buffer(call), use);
            co_await ws.async_read(in, use);
            in.consume(in.size());
            if (r.measuring) {
                ++r.calls;
                r.times.add(clock::now() - sent);
            }
        }
    } catch (const std::exception&) {
        if (!r.over) ++r.failed;
    }
}

// A tenant just made takes a moment to be known at the gateway: one charger dials until it is let in, for at
// most 10 s.
async::awaitable<void> await_tenant(run& r) {
    const auto ex = co_await async::asio::this_coro::executor;
    async::steady_timer timer(ex);
    for (int tries = 0; tries < 50; ++tries) {
        stream_type ws(ex);
        beast::flat_buffer in;
        bool let_in = true;
        try {
            co_await dial(r, r.chargers, ws, in);
        } catch (const std::exception&) {
            let_in = false;
        }
        if (let_in) co_return;
        timer.expires_after(200ms);
        co_await timer.async_wait(use);
    }
}

async::awaitable<void> conduct(run& r) {
    const auto ex = co_await async::asio::this_coro::executor;
    async::steady_timer timer(ex);
    co_await await_tenant(r);
    std::map<std::string, process_figures> before;
    for (const auto& [name, pid] : r.pids)
        before[name] = figures_of(pid);
    for (int i = 0; i < r.chargers; ++i) {
        auto make = [&r, i] {
            return charger(r, i);
        };
        async::asio::co_spawn(ex, std::move(make), async::asio::detached);
        if (i % 200 == 199) {
            timer.expires_after(50ms);
            co_await timer.async_wait(use);
        }
    }
    for (int waited = 0; r.connected + r.failed < r.chargers && waited < 600; ++waited) {
        timer.expires_after(100ms);
        co_await timer.async_wait(use);
    }
    timer.expires_after(3s); // warm up, or let idle buffers be given back
    co_await timer.async_wait(use);
    auto from = before;
    if (!r.idle)
        for (const auto& [name, pid] : r.pids)
            from[name] = figures_of(pid);
    r.measuring = true;
    const auto began = clock::now();
    timer.expires_after(r.duration);
    co_await timer.async_wait(use);
    r.measuring = false;
    const double seconds = std::chrono::duration<double>(clock::now() - began).count();

    std::printf("{\"chargers\":%d,\"connected\":%d,\"failed\":%d,\"seconds\":%.1f", r.chargers, r.connected,
                r.failed, seconds);
    if (!r.idle)
        std::printf(",\"calls\":%ld,\"calls_per_second\":%.0f,\"p50_ms\":%.2f,\"p99_ms\":%.2f", r.calls,
                    static_cast<double>(r.calls) / seconds, r.times.percentile(50), r.times.percentile(99));
    for (const auto& [name, pid] : r.pids) {
        const auto now = figures_of(pid);
        const double cpu = now.cpu_seconds - from[name].cpu_seconds;
        if (r.idle)
            std::printf(",\"%s_rss_kib_per_charger\":%.2f", name.c_str(),
                        (now.rss_kib - from[name].rss_kib) / std::max(1, r.connected));
        else
            std::printf(",\"%s_cpu_us_per_call\":%.2f", name.c_str(),
                        cpu * 1e6 / static_cast<double>(std::max(1L, r.calls)));
    }
    std::printf("}\n");
    std::fflush(stdout);
    r.over = true;
    std::_Exit(r.failed == 0 ? 0 : 1);
}

int usage() {
    std::fputs("usage: gateway_load URL CHARGERS SECONDS [--idle] [--prefix P] [--pid name=PID]...\n",
               stderr);
    return 2;
}

} // namespace
} // namespace voltlane::bench

int main(int argc, char** argv) {
    using namespace voltlane;
    bench::run r;
    if (argc < 4) return bench::usage();
    std::string url = argv[1];
    if (!url.starts_with("ws://")) return bench::usage();
    url.erase(0, 5);
    const auto slash = url.find('/');
    const auto colon = url.find(':');
    if (slash == std::string::npos || colon == std::string::npos || colon > slash) return bench::usage();
    r.host = url.substr(0, colon);
    r.port = url.substr(colon + 1, slash - colon - 1);
    r.path = url.substr(slash);
    r.chargers = std::atoi(argv[2]);
    r.duration = std::chrono::seconds(std::atoi(argv[3]));
    for (int i = 4; i < argc; ++i) {
        const std::string arg = argv[i];
        if (arg == "--idle") {
            r.idle = true;
        } else if (arg == "--prefix" && i + 1 < argc) {
            r.prefix = argv[++i];
        } else if (arg == "--pid" && i + 1 < argc) {
            const std::string named = argv[++i];
            const auto equals = named.find('=');
            if (equals == std::string::npos) return bench::usage();
            r.pids[named.substr(0, equals)] = std::atoi(named.c_str() + equals + 1);
        } else {
            return bench::usage();
        }
    }
    rlimit files{};
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    async::asio::io_context context(1);
    async::asio::co_spawn(context.get_executor(), bench::conduct(r), async::asio::detached);
    context.run();
}
