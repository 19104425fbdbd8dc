-- Registration, login sessions that rotate, mails and integrations, members of tenants, user types.

-- ---------------------------------------------------------------------------------------------------------------------
-- Accounts and login sessions. Writers: api, voltlane-admin; `email_verified` and the like by the api alone.

-- What the account's user type declares, by field name; validated by the api against `user_types`.
alter table accounts add column type_profile jsonb not null default '{}';
-- The parent customer said no; `is_approved` stays false. A later approval clears both.
alter table accounts add column refused_at timestamptz;
alter table accounts add column refusal_reason text not null default '';
-- Made by voltlane-admin: may change what the whole deployment shares (user types).
alter table accounts add column is_operator boolean not null default false;
alter table accounts add constraint accounts_refused check (refused_at is null or not is_approved);
create index accounts_unverified on accounts (date_joined) where not email_verified;  -- forgotten after a week
create index accounts_parent on accounts (parent_id, id) where parent_id is not null;
create index tenants_founder on tenants (founder) where founder is not null;  -- asked when an account is deleted

-- Two spellings of one name count as the same: in any alphabet's upper or lower case, composed or not, full width or
-- not. ICU, so that the database's own locale does not matter.
create function fold_name(text) returns text language sql immutable strict parallel safe
    return normalize(lower(normalize($1, NFKC) collate "und-x-icu"), NFKC);
-- Names from before that count as the same now: an administrator has to say which one stays.
do $$
declare
    colliding text;
begin
    select string_agg(g.names, '; ') into colliding
      from (select string_agg(format('%s %L of account %s', v.kind, v.name, a.id), ', ' order by a.id) as names
              from accounts a
             cross join lateral (values ('user name', a.username), ('e-mail', a.email)) as v(kind, name)
             group by v.kind, fold_name(v.name) having count(*) > 1
             order by min(a.id) limit 10) g;
    if colliding is not null then
        raise exception 'names of accounts that count as the same from now on, change all but one of each: %',
            colliding using errcode = 'unique_violation';
    end if;
end $$;
create unique index accounts_folded_username on accounts (fold_name(username));
create unique index accounts_folded_email on accounts (fold_name(email));

-- Opened by POST /api/v1/auth/token/: one active session per client type.
alter table login_sessions add column managed boolean not null default false;
-- How often the pair of tokens was rotated: a refresh token carries the number it was made with; a lower one is dead.
alter table login_sessions add column rotation integer not null default 0 check (rotation >= 0);
alter table login_sessions add column rotated_at timestamptz;
alter table login_sessions add column telegram_user_id bigint;
alter table login_sessions add column telegram_username text;
create index login_sessions_expiry on login_sessions (expires_at);  -- for their retention
-- Expired ones are revoked before a new one is opened.
create unique index login_sessions_one_active on login_sessions (account_id, client_type)
    where managed and revoked_at is null;

-- ---------------------------------------------------------------------------------------------------------------------
-- Mails and integrations. `csms.notifications` says what is to be carried out; the pool `notify` keeps it here until it
-- was. Writer: pool `notify`.

create table deliveries (
    id          uuid primary key,          -- the notification's
    kind        text not null check (kind in ('mail', 'integration')),
    template    text not null,
    tenant_id   bigint,
    account_id  bigint,
    ids         jsonb not null default '{}',
    state       text not null default 'due' check (state in ('due', 'done', 'dead')),
    attempts    integer not null default 0 check (attempts >= 0),
    seq         bigint generated always as identity,  -- the order in which they came
    source_partition integer not null,     -- the notification's place in the log, for the dead letter
    source_offset    bigint not null,
    asked_at    timestamptz not null,      -- when the notification was queued: a day later it is given up
    next_at     timestamptz not null,      -- not tried before; while it is being tried, when others may try
    ended_at    timestamptz,
    last_error  text not null default '',
    check ((state = 'due') = (ended_at is null))
);
create index deliveries_due on deliveries (kind, next_at) where state = 'due';
create index deliveries_account on deliveries (account_id, kind, seq) where state = 'due';
create index deliveries_ended on deliveries (ended_at) where state <> 'due';  -- for their retention

-- Somebody asked to reset the password of an e-mail, which may be nobody's. Writer: api; deleted with its retention.
create table reset_requests (
    id           bigint generated always as identity primary key,
    email        text not null check (length(email) between 1 and 254),
    requested_at timestamptz not null default now()
);
create index reset_requests_time on reset_requests (requested_at);

-- An e-mail asked to become a member of a tenant. Writer: api.
create table invitations (
    id          bigint generated always as identity primary key,
    tenant_id   bigint not null references tenants,
    email       text not null check (length(email) between 3 and 254),
    invited_by  bigint not null references accounts,
    created_at  timestamptz not null default now(),
    expires_at  timestamptz not null,
    accepted_at timestamptz,
    accepted_by bigint references accounts,
    revoked_at  timestamptz,
    mailed_at   timestamptz not null default now(),         -- last
    mails       integer not null default 1 check (mails > 0), -- until then, none of them a day after the one before
    check ((accepted_at is null) = (accepted_by is null)),
    check (accepted_at is null or revoked_at is null)
);
create unique index invitations_open on invitations (tenant_id, lower(email))
    where accepted_at is null and revoked_at is null;
create index invitations_mailed on invitations (tenant_id, mailed_at);  -- for a bound on mails
-- Asked when an account is deleted.
create index invitations_invited_by on invitations (invited_by);
create index invitations_accepted_by on invitations (accepted_by) where accepted_by is not null;

-- What a mail's link carries, hashed: made by the pool `notify` when the mail is sent, used up by the api.
create table one_time_tokens (
    token_hash    text primary key check (token_hash ~ '^[0-9a-f]{64}$'),
    purpose       text not null check (purpose in ('verify_email', 'password_reset', 'invitation')),
    account_id    bigint references accounts on delete cascade,
    invitation_id bigint references invitations on delete cascade,
    created_at    timestamptz not null default now(),
    expires_at    timestamptz not null,
    used_at       timestamptz,
    check ((purpose = 'invitation') = (invitation_id is not null)),
    check ((purpose <> 'invitation') = (account_id is not null))
);
create index one_time_tokens_subject on one_time_tokens ((coalesce(account_id, invitation_id)), purpose)
    where used_at is null;
create index one_time_tokens_expiry on one_time_tokens (expires_at);  -- for their retention
-- Deleted with the account or the invitation.
create index one_time_tokens_account on one_time_tokens (account_id) where account_id is not null;
create index one_time_tokens_invitation on one_time_tokens (invitation_id) where invitation_id is not null;

-- What a ThingsBoard server called the things we made there. Writer: pool `notify`.
create table thingsboard_entities (
    account_id  bigint primary key references accounts on delete cascade,
    customer_id text,
    user_id     text,
    activation_link text,                  -- where the user chooses its password there
    enabled     boolean not null default true,  -- the user's credentials, as we left them
    synced_at   timestamptz not null default now()
);

-- ---------------------------------------------------------------------------------------------------------------------
-- User types: what a deployment declares beyond CUSTOMER and CUSTOMER_USER. Writer: api.

create table user_types (
    name       text primary key check (name ~ '^[A-Za-z][A-Za-z0-9_]{0,62}$'),
    -- Deferred: a file may move a flag from one type to another.
    flag       text not null unique deferrable initially deferred check (flag ~ '^[a-z][a-z0-9_]{0,79}$'),
    fields     jsonb not null check (jsonb_typeof(fields) = 'array'),
    -- Whether people may give it to themselves at registration; administrators may always.
    self_registration boolean not null default true,
    source     text not null check (source in ('file', 'api')),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create table shared_profile_fields (
    name     text primary key check (name ~ '^[a-z][a-z0-9_]{0,62}$'),
    position integer not null,
    field    jsonb not null check (jsonb_typeof(field) = 'object'),
    source   text not null check (source in ('file', 'api'))
);
-- One row: raised with every change of the two tables above, so that pods see at a glance whether to read them.
create table user_type_revision (
    one      boolean primary key default true check (one),
    revision bigint not null default 0
);
insert into user_type_revision default values;
-- Whether a type is in use, and whether the deployment has an operator.
create index accounts_user_type on accounts (user_type) where user_type is not null;
create index accounts_operators on accounts (id) where is_operator;

-- ---------------------------------------------------------------------------------------------------------------------
-- Rates shared by the API pods. A row lost in a crash of PostgreSQL only forgets a minute. Writer: api.

create unlogged table request_rates (
    key         text not null,
    window_at   timestamptz not null,
    used        bigint not null,
    primary key (window_at, key)
);

-- ---------------------------------------------------------------------------------------------------------------------
-- Private charge points. Writer: api.

create table charge_point_grants (
    charge_point_id bigint not null references charge_points,
    account_id      bigint not null references accounts on delete cascade,
    granted_at      timestamptz not null default now(),
    primary key (charge_point_id, account_id)
);
create index charge_point_grants_account on charge_point_grants (account_id);
create index prices_account on prices (account_id) where account_id is not null and valid_to is null;
-- Closed ones as well: asked when an account is deleted.
create index prices_of_account on prices (account_id) where account_id is not null;
