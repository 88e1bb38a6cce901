import type { LinesAnswer, LinesRequest, OpenAnswer } from "../api/contract/chat.ts";
import type { InternalClient } from "../api/contract/internal-client.ts";

/** [I/O] What rooms ask of api. Everything rejects when api cannot be reached, is too slow, or has a fault. */
export interface ApiCalls {
  open(channelId: string): Promise<OpenAnswer>;
  storeLines(channelId: string, request: LinesRequest): Promise<LinesAnswer>;
}

const openWithinMs = 5000;
const storeWithinMs = 10_000;

export function createApiCalls(client: InternalClient): ApiCalls {
  const room = client.chat.rooms[":channelId"];
  const within = (ms: number) => ({ init: { signal: AbortSignal.timeout(ms) } });
  return {
    async open(channelId) {
      const response = await room.open.$post({ param: { channelId } }, within(openWithinMs));
      if (!response.ok) throw new Error(`api answered ${response.status}`);
      return response.json();
    },
    async storeLines(channelId, json) {
      const response = await room.lines.$post({ param: { channelId }, json }, within(storeWithinMs));
      if (!response.ok) throw new Error(`api answered ${response.status}`);
      return response.json();
    },
  };
}
