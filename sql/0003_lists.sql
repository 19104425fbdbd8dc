-- Lists that cost the same on every page, and their counts.

-- ---------------------------------------------------------------------------------------------------------------------
-- How many sessions there are and what they earned, by the UTC month of their start: counted in the transaction that
-- changes the sessions, summed on read. Writer: pool `sessions`, each partition its own shard.

create table session_months (
    tenant_id  bigint not null references tenants,
    scope      smallint not null check (scope in (1, 2, 3)),  -- 1: the tenant (subject 0), 2: an owner, 3: a charge point
    subject    bigint not null,
    month      date not null check (extract(day from month) = 1),
    shard      integer not null,
    sessions   bigint not null default 0,   -- all rows of `sessions`, whatever their state
    first_id   bigint,                      -- no row of them has an id outside of these two; never narrowed
    last_id    bigint,
    billed     bigint not null default 0,   -- of ended ones that are not under review, as session_rollups
    energy_wh  bigint not null default 0,
    total      numeric(20, 3) not null default 0,
    primary key (tenant_id, scope, subject, month, shard)
) with (fillfactor = 50);  -- rewritten with every batch that starts or ends a session
create index session_months_owner on session_months (subject, month) where scope = 2;

-- Who has charged at a tenant's charge points, with which tag: what a search looks through instead of the sessions.
-- account_id 0: the tag had no account. Rows are never taken back. Writer: pool `sessions`.
create table session_users (
    tenant_id     bigint not null references tenants,
    account_id    bigint not null,
    id_tag_folded text not null,
    primary key (tenant_id, account_id, id_tag_folded)
);

-- What session_months must hold, from the sessions themselves.
create view counted_sessions as
    select s.tenant_id, v.scope, v.subject, date_trunc('month', s.started_at at time zone 'UTC')::date as month,
           count(*) as sessions, min(s.id) as first_id, max(s.id) as last_id,
           count(*) filter (where s.state <> 'open' and s.review = '') as billed,
           coalesce(sum(s.energy_wh) filter (where s.state <> 'open' and s.review = ''), 0)::bigint as energy_wh,
           coalesce(sum(s.total) filter (where s.state <> 'open' and s.review = ''), 0) as total
      from sessions s
     cross join lateral (values (1::smallint, 0::bigint), (2, s.owner_id), (3, s.charge_point_id)) as v(scope, subject)
     where v.subject is not null
     group by 1, 2, 3, 4;

-- Where it does not; nothing, unless somebody wrote by hand. Reads all sessions.
create view wrong_session_counts as
    select tenant_id, scope, subject, month, coalesce(k.sessions, 0) as counted, coalesce(r.sessions, 0) as really
      from (select tenant_id, scope, subject, month, sum(sessions) as sessions, min(first_id) as first_id,
                   max(last_id) as last_id, sum(billed) as billed, sum(energy_wh) as energy_wh, sum(total) as total
              from session_months group by 1, 2, 3, 4) k
      full join counted_sessions r using (tenant_id, scope, subject, month)
     where (coalesce(k.sessions, 0), coalesce(k.billed, 0), coalesce(k.energy_wh, 0), coalesce(k.total, 0)) <>
           (coalesce(r.sessions, 0), coalesce(r.billed, 0), coalesce(r.energy_wh, 0), coalesce(r.total, 0))
        or r.first_id < coalesce(k.first_id, 0) or r.last_id > coalesce(k.last_id, 0);

-- Makes both tables anew: after a restore or a repair by hand. Holds writers up.
create function recount_sessions() returns void language plpgsql as $$
begin
    lock table sessions in share row exclusive mode;
    delete from session_months;
    insert into session_months
        (tenant_id, scope, subject, month, shard, sessions, first_id, last_id, billed, energy_wh, total)
    select tenant_id, scope, subject, month, 0, sessions, first_id, last_id, billed, energy_wh, total
      from counted_sessions;
    delete from session_users;
    insert into session_users select distinct tenant_id, coalesce(account_id, 0), id_tag_folded from sessions;
end $$;
select recount_sessions();

-- ---------------------------------------------------------------------------------------------------------------------
-- Orders of the list of sessions. The energy of an open session changes with every batch, and PostgreSQL gives a row's new
-- version its place on the page (HOT) only where no column of an index has changed: an index by energy_wh, be it by an
-- expression that is the same for all open ones or only of ended ones, would make every batch of meter values write into
-- all the indexes of `sessions` (of 6,000 updates 0 were HOT; by this column 5,783). So open ones stand below all ended
-- ones, in a column that does not move. It rewrites the table, once: a fifth of the half minute that this file takes with
-- a million sessions on two cores. From here on nobody reads sessions until it is through.

drop index sessions_tenant, sessions_charge_point, sessions_owner;  -- made anew below; not to be rewritten first
alter table sessions add column ended_energy_wh bigint not null
    generated always as (case when state = 'open' then -1 else energy_wh end) stored;
create index sessions_started on sessions (tenant_id, started_at, id);
create index sessions_ended on sessions (tenant_id, (coalesce(ended_at, 'infinity')), id) include (ended_at);
create index sessions_energy on sessions (tenant_id, ended_energy_wh, id);
create index sessions_total on sessions (tenant_id, (coalesce(total, -1)), id) include (total);
-- Filters of it. With the start, so that a period is looked for without reading rows.
create index sessions_tenant on sessions (tenant_id, id desc) include (started_at);
create index sessions_charge_point on sessions (charge_point_id, id desc) include (started_at, tenant_id);
create index sessions_owner on sessions (owner_id, id desc) include (started_at) where owner_id is not null;
create index sessions_account on sessions (tenant_id, account_id, id desc) where account_id is not null;
create index sessions_tag on sessions (tenant_id, id_tag_folded, id desc);
create index sessions_state on sessions (tenant_id, state, id desc) where state <> 'stopped';

-- ---------------------------------------------------------------------------------------------------------------------
-- Commands: by tenant (account 0) and by who gave them. Kept by the triggers below, whoever inserts or deletes. Shards
-- keep two writers from waiting for each other's row.

create table command_counts (
    tenant_id  bigint not null,
    account_id bigint not null,
    shard      integer not null,
    commands   bigint not null,
    primary key (tenant_id, account_id, shard)
) with (fillfactor = 50);
create index command_counts_account on command_counts (account_id) where account_id <> 0;

create function count_commands() returns trigger language plpgsql as $$
declare
    sign constant integer := case when tg_op = 'INSERT' then 1 else -1 end;
begin
    insert into command_counts (tenant_id, account_id, shard, commands)
    select c.tenant_id, v.account_id, pg_backend_pid() % 16, sign * count(*)
      from changed c cross join lateral (values (0::bigint), (c.account_id)) as v(account_id)
     group by 1, 2 order by 1, 2
    on conflict (tenant_id, account_id, shard) do update set
        commands = command_counts.commands + excluded.commands;
    return null;
end $$;

-- What command_counts must hold, from the commands themselves; and where it does not: nothing, ever.
create view counted_commands as
    select c.tenant_id, v.account_id, count(*) as commands
      from commands c cross join lateral (values (0::bigint), (c.account_id)) as v(account_id) group by 1, 2;
create view wrong_command_counts as
    select tenant_id, account_id, coalesce(k.commands, 0) as counted, coalesce(r.commands, 0) as really
      from (select tenant_id, account_id, sum(commands) as commands from command_counts group by 1, 2) k
      full join counted_commands r using (tenant_id, account_id)
     where coalesce(k.commands, 0) <> coalesce(r.commands, 0);

-- Makes the table anew, as recount_sessions. Nobody inserts between the count and what follows it in the transaction.
create function recount_commands() returns void language plpgsql as $$
begin
    lock table commands in share row exclusive mode;
    delete from command_counts;
    insert into command_counts (tenant_id, account_id, shard, commands)
        select tenant_id, account_id, 0, commands from counted_commands;
end $$;
select recount_commands();
create trigger commands_inserted after insert on commands referencing new table as changed
    for each statement execute function count_commands();
create trigger commands_deleted after delete on commands referencing old table as changed
    for each statement execute function count_commands();

drop index commands_tenant;
create index commands_tenant on commands (tenant_id, created_at, id);
create index commands_account on commands (account_id, created_at, id);

create index id_tags_tenant on id_tags (tenant_id, id);
