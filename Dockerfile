# One image for each service, and as the last target one that runs all of them (start.ts). Works with the legacy builder:
# stages that only some targets need stand after those that do without them.
FROM oven/bun:1.4.4-slim AS deps
WORKDIR /app
COPY package.json bun.lock ./
# Out go a second Bun, libSQL for another libc, and what no process and no bundle reads: maps, types, other languages' emoji.
RUN bun install --frozen-lockfile --production --ignore-scripts --no-progress \
  && rm -rf node_modules/bun node_modules/@oven node_modules/@libsql/*-musl node_modules/bun-types node_modules/.bin \
  && find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.cts' -o -name '*.d.mts' \) -delete \
  && cd node_modules/emoji-picker-element-data && find . -mindepth 1 -maxdepth 1 -type d ! -name en -exec rm -rf {} + \
  && find en -mindepth 1 -maxdepth 1 ! -name emojibase -exec rm -rf {} +

FROM oven/bun:1.4.4-slim AS base
RUN mkdir -p /data /secrets/api /secrets/ingest /secrets/signaling /secrets/relay \
  && chown -R 1000:1000 /data /secrets && chmod -R 700 /data /secrets
WORKDIR /app
COPY --from=deps /app/node_modules node_modules
COPY . .
# A clone may have been made for one user's eyes alone. And the operator's commands work from anywhere.
RUN find . -path ./node_modules -prune -o ! -perm -004 -exec chmod a+rX {} + && ln -s /app/deploy/admin /usr/local/bin/admin
ENV NODE_ENV=production DATA_DIR=/data HOME=/tmp
# By number: what must not run as root is checked by number.
USER 1000:1000
STOPSIGNAL SIGTERM

FROM base AS api
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
  CMD ["bun", "-e", "process.exit((await fetch(`http://127.0.0.1:${process.env.PORT ?? 3000}/healthz`)).ok ? 0 : 1)"]
CMD ["bun", "api/main.ts"]

FROM base AS signaling
EXPOSE 8081
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
  CMD ["bun", "-e", "process.exit((await fetch(`http://127.0.0.1:${process.env.SIGNALING_PORT ?? 8081}/healthz`)).ok ? 0 : 1)"]
CMD ["bun", "signaling/main.ts"]

# Debian's ffmpeg brings 700 MB along. Thumbnails need one frame of what browsers play, as JPEG: that is 6 MB, built of Debian's
# own source, and the parsers that strangers' video could reach are these few (ingest/ffmpeg-picture.ts).
FROM oven/bun:1.4.4-slim AS ffmpeg
WORKDIR /source
RUN (sed -i 's/^Types: deb$/Types: deb deb-src/' /etc/apt/sources.list.d/*.sources 2>/dev/null \
    || sed -i 's/^deb \(.*\)$/deb \1\ndeb-src \1/' /etc/apt/sources.list) \
  && apt-get update \
  && apt-get install -y --no-install-recommends dpkg-dev gcc libc6-dev libdav1d-dev make nasm pkgconf xz-utils \
  && apt-get source ffmpeg && cd ffmpeg-*/ \
  && ./configure --disable-autodetect --disable-everything --disable-network --disable-doc --disable-debug \
    --disable-avdevice --disable-postproc --disable-swresample --disable-ffplay --disable-ffprobe \
    --enable-protocol=pipe --enable-demuxer=mov --enable-libdav1d --enable-decoder=h264,hevc,vp9,libdav1d \
    --enable-filter=scale,format --enable-encoder=mjpeg --enable-muxer=mjpeg --extra-ldexeflags=-Wl,-rpath,/usr/local/lib \
  && make -j"$(nproc)" ffmpeg >/dev/null \
  && mkdir -p /out/bin /out/lib && cp ffmpeg /out/bin/ && cp "$(ldd ffmpeg | awk '/libdav1d/ { print $3 }')" /out/lib/ \
  && mkdir -p /out/share/doc/ffmpeg /out/share/doc/libdav1d && cp COPYING.LGPLv2.1 /out/share/doc/ffmpeg/ \
  && cp /usr/share/doc/libdav1d[0-9]/copyright /out/share/doc/libdav1d/ \
  && cd / && rm -rf /source /var/lib/apt/lists

FROM base AS ingest
COPY --from=ffmpeg /out /usr/local
EXPOSE 1935 1936 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
  CMD ["bun", "-e", "process.exit((await fetch(`http://127.0.0.1:${process.env.HLS_PORT ?? 8080}/healthz`)).ok ? 0 : 1)"]
CMD ["bun", "ingest/main.ts"]

# Everything in one container, as `npm start` does it; or one service by its command.
FROM ingest AS panggung
VOLUME /data
EXPOSE 3000 8080 8081 1935
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
  CMD ["bun", "-e", "process.exit((await fetch(`http://127.0.0.1:${process.env.PORT ?? 3000}/healthz`)).ok ? 0 : 1)"]
CMD ["bun", "start.ts"]
