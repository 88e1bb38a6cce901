import type { IceSettings } from "../../../signaling/contract/call.ts";

/** What the server says of STUN and TURN, as RTCPeerConnection wants it. */
export const configurationOf = ({ servers, policy }: IceSettings): RTCConfiguration => ({
  iceServers: servers.map(({ urls, username, credential }) => ({
    urls,
    ...(username === undefined ? {} : { username }),
    ...(credential === undefined ? {} : { credential }),
  })),
  iceTransportPolicy: policy,
  bundlePolicy: "max-bundle",
});

export const isRelayUrl = (url: string): boolean => /^turns?:/.test(url);

export const hasRelay = ({ servers }: IceSettings): boolean => servers.some(({ urls }) => urls.some(isRelayUrl));
