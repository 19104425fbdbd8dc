#!/bin/sh
# Starts one program of Voltlane with the secrets of the shared volume in its environment.
#
#   voltlane-entrypoint prepare     makes the secrets once, migrates, applies the topics
#   voltlane-entrypoint PROGRAM...  anything else
#
# The secrets come from this file instead of compose.yaml, so that no default key is ever used by anybody. Variables
# that are set already win.
set -eu
secrets=${VOLTLANE_SECRETS:-/run/voltlane/secrets.env}

random_hex() {
    openssl rand -hex 32
}

if [ "${1:-}" = prepare ] && [ ! -s "$secrets" ]; then
    umask 077
    printf 'VOLTLANE_JWT_KEY=%s\nVOLTLANE_COMMAND_KEY=%s\n' "$(random_hex)" "$(random_hex)" >"$secrets.new"
    if [ "$(id -u)" -eq 0 ]; then chown voltlane "$secrets.new"; fi  # root only prepares; the programs are not root
    mv "$secrets.new" "$secrets"
fi
if [ -r "$secrets" ]; then
    while IFS='=' read -r name value; do
        if [ -z "$(printenv "$name" || true)" ]; then export "$name=$value"; fi
    done <"$secrets"
fi
if [ "${1:-}" = prepare ]; then
    voltlane-admin migrate
    exec voltlane-admin topics apply
fi
exec "$@"
