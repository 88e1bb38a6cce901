FROM coturn/coturn:4
USER root
RUN mkdir -p /etc/panggung
COPY turnserver.conf coturn-entry.sh /etc/panggung/
# A clone may have been made for one user's eyes alone.
RUN chmod -R a+rX /etc/panggung
USER 1000:1000
EXPOSE 3478 3478/udp 5349
# Listening on 3478 (0D96), seen without a program that this image may lack.
HEALTHCHECK --interval=10s --timeout=5s --start-period=40s CMD ["grep", "-qE", ":0D96 0+:0000 0A", "/proc/net/tcp", "/proc/net/tcp6"]
ENTRYPOINT ["/bin/sh", "/etc/panggung/coturn-entry.sh"]
CMD []
