-- The first schema. Each table says who may write it; constraints state the invariants.

-- Raised by `topics apply` when it creates a log anew; stored offsets, epochs and event-stream ids carry it.
-- Writer: voltlane-admin.
create table log_generations (
    topic      text primary key,
    generation integer not null check (generation > 0),
    created_at timestamptz not null default now()
);

-- ---------------------------------------------------------------------------------------------------------------------
-- Tenants and accounts. Writers: api, voltlane-admin.

create table tenants (
    id                   bigint generated always as identity primary key,
    name                 text not null check (length(name) between 1 and 255),
    -- The secret part of the address that the tenant's chargers dial. In no topic, log or metric.
    url_key              text not null unique check (url_key ~ '^[0-9a-f]{32}$'),
    founder              bigint,
    accept_unknown_tags  boolean not null default false,
    self_registration    boolean not null default true,
    require_subprotocol  boolean not null default false,
    max_charge_points    bigint not null default 10000 check (max_charge_points >= 0),
    created_at           timestamptz not null default now()
);

create table accounts (
    id               bigint generated always as identity primary key,
    tenant_id        bigint references tenants,
    username         text not null check (length(username) between 1 and 150),
    email            text not null check (length(email) between 3 and 254),
    first_name       text not null default '',
    last_name        text not null default '',
    phone            text,
    birthday         date,
    gender           text,
    role             text not null check (role in ('user', 'super_admin')),
    user_type        text,
    password_hash    text not null,
    is_active        boolean not null default true,
    email_verified   boolean not null default true,
    is_approved      boolean not null default true,
    approved_at      timestamptz,
    parent_id        bigint references accounts,
    expires_at       timestamptz,
    date_joined      timestamptz not null default now()
);
create unique index accounts_username on accounts (lower(username));
create unique index accounts_email on accounts (lower(email));
create index accounts_tenant on accounts (tenant_id, id);
alter table tenants add constraint tenants_founder foreign key (founder) references accounts deferrable initially deferred;

-- One row a login. Tokens carry its id as `sid`. Revoked rows stay until their tokens have expired.
create table login_sessions (
    id            bigint generated always as identity primary key,
    account_id    bigint not null references accounts on delete cascade,
    client_type   text not null default 'unknown',
    device_name   text not null default '',
    ip_address    text,
    user_agent    text,
    created_at    timestamptz not null default now(),
    last_activity timestamptz not null default now(),
    expires_at    timestamptz not null,
    revoked_at    timestamptz
);
create index login_sessions_account on login_sessions (account_id, id);
-- What every API pod polls twice a second.
create index login_sessions_revoked on login_sessions (revoked_at) where revoked_at is not null;

-- ---------------------------------------------------------------------------------------------------------------------
-- Charge points. Created by api (POST), by the pools `sessions` and `stations` (unknown ones, in key order,
-- on conflict do nothing). Descriptive columns: api; reported columns: pool `stations`.

create table charge_points (
    id             bigint generated always as identity primary key,
    tenant_id      bigint not null references tenants,
    -- Canonical id (ASCII lower case): the one in topics. `identity` is the first spelling seen.
    canonical_id   text not null check (octet_length(canonical_id) between 1 and 255),
    identity       text not null check (octet_length(identity) between 1 and 255),
    name           text not null,
    location       text not null default '',
    lat            numeric(9, 6) check (lat between -90 and 90),
    lng            numeric(9, 6) check (lng between -180 and 180),
    plug_type      text not null default '',
    max_power_kw   numeric(10, 2) check (max_power_kw >= 0),
    access_type    text not null default 'public' check (access_type in ('public', 'private')),
    registration   text not null default 'Accepted' check (registration in ('Accepted', 'Pending', 'Rejected')),
    deleted_at     timestamptz,
    created_at     timestamptz not null default now(),
    -- Of the latest StatusNotification.
    connector_id   bigint not null default 0,
    status         text not null default 'Unavailable',
    updated        timestamptz not null default now(),
    vendor         text not null default '',
    model          text not null default '',
    serial         text not null default '',
    firmware       text not null default '',
    last_boot      timestamptz,
    unique (tenant_id, canonical_id)
);

-- Writer: pool `stations`.
create table connectors (
    charge_point_id bigint not null references charge_points,
    connector_id    bigint not null,
    status          text not null,
    error_code      text not null default '',
    info            text not null default '',
    vendor_id       text not null default '',
    vendor_error_code text not null default '',
    reported_at     timestamptz,
    updated         timestamptz not null,
    primary key (charge_point_id, connector_id)
);

-- Firmware, diagnostics, log and security notices. Writer: pool `stations`.
create table station_notices (
    charge_point_id bigint not null references charge_points,
    generation      integer not null,
    epoch           bigint not null,
    seq             bigint not null,
    received_at     timestamptz not null,
    kind            text not null,
    status          text not null default '',
    detail          text not null default '',
    request_id      bigint,
    primary key (charge_point_id, generation, epoch, seq)
);
create index station_notices_time on station_notices (charge_point_id, received_at desc);
create index station_notices_received on station_notices (received_at);  -- for their retention

-- ---------------------------------------------------------------------------------------------------------------------
-- Id tags. Writer: api. Every change goes to csms.directory by the outbox in the same transaction.

create table id_tags (
    id             bigint generated always as identity primary key,
    tenant_id      bigint not null references tenants,
    id_tag         text not null check (length(id_tag) between 1 and 36),
    id_tag_folded  text not null,
    account_id     bigint references accounts,
    status         text not null default 'Accepted' check (status in ('Accepted', 'Blocked', 'Expired', 'Invalid')),
    expiry_date    timestamptz,
    parent_id_tag  text,
    created_at     timestamptz not null default now(),
    unique (tenant_id, id_tag_folded)
);
create index id_tags_account on id_tags (account_id) where account_id is not null;

-- ---------------------------------------------------------------------------------------------------------------------
-- Prices: rows are closed, never updated in place, so that a lagging or replaying worker bills the same. Writer: api.

create table prices (
    id              bigint generated always as identity primary key,
    charge_point_id bigint not null references charge_points,
    -- At most one of the two: an account's price, a user type's price, else the charge point's own.
    account_id      bigint references accounts,
    user_type       text,
    price_per_kwh   numeric(12, 3) check (price_per_kwh >= 0),
    price_per_hour  numeric(12, 3) check (price_per_hour >= 0),
    valid_from      timestamptz not null,
    valid_to        timestamptz,
    check (account_id is null or user_type is null),
    check (valid_to is null or valid_to >= valid_from)
);
create index prices_lookup on prices (charge_point_id, valid_from);
create unique index prices_current on prices (charge_point_id, coalesce(account_id, 0), coalesce(user_type, ''))
    where valid_to is null;

-- ---------------------------------------------------------------------------------------------------------------------
-- Exactly once. Writer: each worker pool, its own rows; the first statement of every batch moves the position.

create table consumer_offsets (
    pool         text not null,
    topic        text not null,
    partition_id integer not null,
    generation   integer not null,
    position     bigint not null check (position >= 0),
    updated_at   timestamptz not null default now(),
    primary key (pool, topic, partition_id, generation)
);

-- Of a charge point's last four epochs the last event that was folded: `<generation>-<epoch>:<seq>`, oldest first, with
-- blanks between. Writer: pool `sessions`.
create table charge_point_epochs (
    charge_point_id bigint primary key references charge_points,
    seen            text not null
) with (fillfactor = 50);  -- rewritten with every batch

-- ---------------------------------------------------------------------------------------------------------------------
-- Sessions. Writer: pool `sessions` only; operators' decisions reach it through ocpp.inbound.

create table sessions (
    id              bigint generated always as identity primary key,
    tenant_id       bigint not null references tenants,
    charge_point_id bigint not null references charge_points,
    protocol        text not null default 'ocpp1.6',
    -- The id the charger was given; empty: unknown.
    transaction_key text not null,
    -- 128-bit hash of the start's tuple, unique with the occurrence; null: an orphan, a stop whose start was never seen.
    identity_hash   text check (identity_hash ~ '^[0-9a-f]{32}$'),
    occurrence      integer not null default 1 check (occurrence > 0),
    evse_id         bigint,
    connector_id    bigint not null,
    id_tag          text not null default '',
    id_tag_folded   text not null default '',
    tag_status      text not null default '',
    -- No foreign keys: as decided when the call was answered, and a session is not lost over an account that is gone.
    account_id      bigint,                      -- the tag's
    started_by      bigint,                      -- whose command started it
    -- Who is billed and who sees it.
    owner_id        bigint generated always as (coalesce(started_by, account_id)) stored,
    user_type       text not null default '',
    vouched_by      text not null default '',    -- command id

    -- open: running; stopped: by the charger; superseded, abandoned, closed: ended without a stop (a later one corrects
    -- the first two).
    state           text not null check (state in ('open', 'stopped', 'superseded', 'abandoned', 'closed')),
    started_at      timestamptz not null,        -- as billed, whole seconds
    started_at_text text not null default '',    -- as sent
    start_received_at timestamptz not null,      -- the price's time
    start_generation integer not null default 0,
    start_epoch     bigint not null default -1,
    ended_at        timestamptz,
    ended_at_text   text not null default '',
    end_received_at timestamptz,
    end_generation  integer not null default 0,
    end_epoch       bigint not null default -1,
    end_limit       timestamptz,                 -- meter values up to here still count
    stop_reason     text not null default '',
    stop_signature  text not null default '',    -- the real stop as sent; empty: none yet
    previous_stop   text not null default '',    -- that of the occurrence before

    -- Energy in thousandths of a Wh, exact for every decimal that a charger sends.
    meter_start_mwh bigint,
    meter_start_text text not null default '',
    meter_stop_mwh  bigint,
    meter_stop_text text not null default '',
    -- What the register's samples said so far (domain/session/meter_track.hpp).
    meter_source    smallint not null default 0,
    meter_first     bigint,
    meter_first_at  timestamptz,
    meter_last      bigint,
    meter_last_at   timestamptz,
    meter_carried   bigint not null default 0,
    meter_resets    integer not null default 0,
    meter_l1        bigint,
    meter_l2        bigint,
    meter_l3        bigint,

    energy_wh       bigint not null default 0 check (energy_wh >= 0),
    price_per_kwh   numeric(12, 3),
    price_per_hour  numeric(12, 3),
    -- Ended, priced and not under review; else null.
    total           numeric(18, 3),
    -- Why a person must look at it before it is billed; empty: nothing.
    review          text not null default '',
    flags           integer not null default 0,
    updated_at      timestamptz not null default now(),
    check (ended_at is null or ended_at >= started_at),
    check ((state = 'open') = (ended_at is null)),
    check (total is null or (state <> 'open' and review = ''))
) with (fillfactor = 70);  -- open sessions are rewritten with every batch: room for that on their own page
create unique index sessions_identity on sessions (charge_point_id, identity_hash, occurrence)
    where identity_hash is not null;
create index sessions_open on sessions (charge_point_id) where state = 'open';
create index sessions_transaction on sessions (charge_point_id, transaction_key, id desc);
create index sessions_tenant on sessions (tenant_id, id desc);
create index sessions_charge_point on sessions (charge_point_id, id desc);
create index sessions_owner on sessions (owner_id, id desc) where owner_id is not null;
create index sessions_review on sessions (tenant_id, id desc) where review <> '';

-- What operators decided, applied or not (an unknown session, a state that did not allow it): each id counts once.
create table session_decisions (
    decision_id     uuid primary key,
    charge_point_id bigint not null references charge_points,
    session_id      bigint not null,  -- 0: all open ones of the charge point
    action          text not null,
    energy_wh       bigint,
    decided_by      bigint not null,
    received_at     timestamptz not null,
    applied         boolean not null
);
create index session_decisions_session on session_decisions (session_id, received_at);

-- Kept in the transaction that changes the sessions, summed on read: one hot row would serialise all. Of ended sessions
-- with a total. Writer: pool `sessions`.
create table session_rollups (
    tenant_id  bigint not null references tenants,
    day        date not null,
    account_id bigint not null default 0,
    shard      integer not null,
    sessions   bigint not null default 0,
    energy_wh  bigint not null default 0,
    total      numeric(20, 3) not null default 0,
    primary key (tenant_id, day, account_id, shard)
);
create index session_rollups_account on session_rollups (account_id, day);

-- Partitioned by the time of receipt, not by a charger's clock. The pool `sessions` makes partitions two months ahead and
-- drops those past retention.
create table meter_values (
    received_at     timestamptz not null,
    charge_point_id bigint not null,
    generation      integer not null,
    epoch           bigint not null,
    seq             bigint not null,
    sample          integer not null,
    session_id      bigint,
    connector_id    bigint not null,
    at              timestamptz not null,
    measurand       text not null,
    value           text not null,
    unit            text not null default '',
    phase           text not null default '',
    context         text not null default '',
    location        text not null default '',
    primary key (received_at, charge_point_id, generation, epoch, seq, sample)
) partition by range (received_at);
create table meter_values_default partition of meter_values default;
create index meter_values_session on meter_values (session_id, at) where session_id is not null;

-- ---------------------------------------------------------------------------------------------------------------------
-- Commands. Inserted by api (queued); moved on by the pool `commands`.

create table commands (
    id              uuid primary key,
    tenant_id       bigint not null references tenants,
    charge_point_id bigint not null references charge_points,
    account_id      bigint not null references accounts,
    action          text not null,
    params          jsonb not null,  -- as sent to the charger; secrets as "*****"
    state           text not null default 'queued' check (state in
        ('queued', 'sent', 'answered', 'error', 'timeout', 'expired', 'undeliverable', 'refused')),
    attempt         integer not null default 1,
    response        jsonb,
    error           jsonb,
    created_at      timestamptz not null default now(),
    deadline        timestamptz not null,
    sent_at         timestamptz,
    ended_at        timestamptz,
    check ((state in ('queued', 'sent')) = (ended_at is null))
);
create index commands_tenant on commands (tenant_id, created_at desc);
create index commands_created on commands (created_at);  -- for their retention
create index commands_due on commands (deadline) where state in ('queued', 'sent');

-- ---------------------------------------------------------------------------------------------------------------------
-- What others must hear, written in the transaction of its source row and after it (lock order = id order per key).
-- Writers: api, workers, voltlane-admin. Reader and deleter: pool `relay`, one shard at a time.

create table outbox (
    id        bigint generated always as identity primary key,
    shard     smallint not null check (shard between 0 and 7),
    topic     text not null,
    key       text not null,
    version   integer not null default 1,
    value     bytea,  -- null: a tombstone
    queued_at timestamptz not null default now()
);
create index outbox_shard on outbox (shard, id);
-- A queue: its dead rows are cleaned away before they slow the relay down.
alter table outbox set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
