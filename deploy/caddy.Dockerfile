FROM caddy:2
# What it keeps (certificates, its own authority) is one volume; `certificate` is what it hands to coturn and ingest.
ENV XDG_DATA_HOME=/caddy/data XDG_CONFIG_HOME=/caddy/config
RUN mkdir -p /caddy /certificate && chmod 700 /caddy /certificate && chown 1000:1000 /caddy /certificate
COPY Caddyfile caddy-entry.sh /etc/caddy/
# A clone may have been made for one user's eyes alone.
RUN chmod -R a+rX /etc/caddy
USER 1000:1000
EXPOSE 80 443 443/udp
# Listening on 443 (01BB), seen without a program that this image may lack.
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s CMD ["grep", "-qE", ":01BB 0+:0000 0A", "/proc/net/tcp", "/proc/net/tcp6"]
ENTRYPOINT ["/bin/sh", "/etc/caddy/caddy-entry.sh"]
CMD []
