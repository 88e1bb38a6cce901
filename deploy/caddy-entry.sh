#!/bin/sh
# Runs Caddy, and hands over the certificate of DOMAIN with each renewal, for the relay and RTMPS: chain and key in one file,
# replaced at once. Only this file is shared: those whom strangers' packets reach see neither account nor authority.
set -eu
: "${DOMAIN:?is not set}"

# The newest, if DOMAIN once had one of another authority.
newest() {
	ls -t /caddy/data/caddy/certificates/*/"$DOMAIN"/"$DOMAIN.crt" 2>/dev/null | head -n 1
}

hand_over() {
	chain=$(newest)
	key="${chain%.crt}.key"
	[ -n "$chain" ] && [ -s "$key" ] || return 0
	# Nothing is written while it is the same: the cards that small machines run from wear out.
	cat "$chain" "$key" | cmp -s - /certificate/certificate.pem && return 0
	umask 077
	# What does not fit on a full disk stays a draft.
	cat "$chain" "$key" >/certificate/.draft.pem && mv /certificate/.draft.pem /certificate/certificate.pem
}

(
	set +e
	while :; do
		hand_over
		sleep 5
	done
) &
exec caddy run --config /etc/caddy/Caddyfile --adapter caddyfile
