#!/bin/sh
# Runs coturn with the secret and the certificate that the other containers made, and tells it of each renewal.
set -eu
: "${DOMAIN:?is not set}"
certificate=/certificate/certificate.pem
config=/tmp/turnserver.conf

# The certificate comes a moment after Caddy's first start, or, while DOMAIN's DNS leads elsewhere, much later.
waited=0
while [ ! -s "$certificate" ] && [ "$waited" -lt 30 ]; do
	sleep 1
	waited=$((waited + 1))
done

umask 077
{
	cat /etc/panggung/turnserver.conf
	# All that this container can write.
	echo "userdb=/tmp/turndb"
	echo "pidfile=/tmp/turnserver.pid"
	echo "realm=$DOMAIN"
	# Not on the command line, where all processes of this machine could read it.
	echo "static-auth-secret=$(cat /secrets/TURN_SECRET)"
	# The relay itself is a peer when both sides need it. On a home network its address is a private one.
	case $DOMAIN in
	*[!0-9.]*) ;;
	*) echo "allowed-peer-ip=$DOMAIN" ;;
	esac
	[ -z "${EXTERNAL_IP:-}" ] || echo "external-ip=$EXTERNAL_IP"
	if [ -s "$certificate" ]; then
		echo "cert=$certificate"
		echo "pkey=$certificate"
	else
		echo "no-tls"
		echo "No certificate for $DOMAIN yet: without TLS until there is one." >&2
	fi
} >"$config"

# `$$` is this shell, and becomes coturn.
(
	set +e
	# While there is none, the shell would complain each time.
	known=$(cksum 2>/dev/null <"$certificate")
	while sleep 10; do
		now=$(cksum 2>/dev/null <"$certificate")
		[ -n "$now" ] && [ "$now" != "$known" ] || continue
		# Calls go on while it is read anew. A coturn that began without TLS has to begin again.
		if [ -n "$known" ]; then kill -USR2 $$; else kill -TERM $$; fi
		known=$now
	done
) &
exec turnserver -c "$config"
