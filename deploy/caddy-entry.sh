#!/bin/sh
# Runs Caddy, and hands the relay the certificate of DOMAIN with each renewal: chain and key in one file, replaced at once.
# Only this file is shared: coturn, which strangers' packets reach, sees neither account nor authority.
set -eu
: "${DOMAIN:?is not set}"

# The newest, if DOMAIN once had one of another authority.
newest() {
	ls -t /caddy/data/caddy/certificates/*/"$DOMAIN"/"$DOMAIN.crt" 2>/dev/null | head -n 1
}

hand_over() {
	certificate=$(newest)
	key="${certificate%.crt}.key"
	[ -n "$certificate" ] && [ -s "$key" ] || return 0
	umask 077
	cat "$certificate" "$key" >/relay/.draft.pem
	if cmp -s /relay/.draft.pem /relay/certificate.pem; then rm /relay/.draft.pem; else mv /relay/.draft.pem /relay/certificate.pem; fi
}

(
	set +e
	while :; do
		hand_over
		sleep 5
	done
) &
exec caddy run --config /etc/caddy/Caddyfile --adapter caddyfile
