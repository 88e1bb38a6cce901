import type { LinesAnswer, LinesRequest, OpenAnswer } from "../api/contract/chat.ts";
import type {
  CallOpenAnswer,
  CallReport,
  CallReportAnswer,
  CallSaveAnswer,
  CallSaveRequest,
} from "../api/contract/calls.ts";
import type { InternalClient } from "../api/contract/internal-client.ts";
import type { ViewerReport } from "../api/contract/viewers.ts";

/** [I/O] What rooms ask of api. Everything rejects when api cannot be reached, is too slow, or has a fault. */
export interface ChatApi {
  open(channelId: string): Promise<OpenAnswer>;
  storeLines(channelId: string, request: LinesRequest): Promise<LinesAnswer>;
}

export interface CallApi {
  openCall(callId: string): Promise<CallOpenAnswer>;
  saveCall(callId: string, request: CallSaveRequest): Promise<CallSaveAnswer>;
  reportCall(callId: string, report: CallReport): Promise<CallReportAnswer>;
}

export interface ViewerApi {
  reportViewers(report: ViewerReport): Promise<void>;
}

export type ApiCalls = ChatApi & CallApi & ViewerApi;

const openWithinMs = 5000;
const storeWithinMs = 10_000;

export function createApiCalls(client: InternalClient): ApiCalls {
  const room = client.chat.rooms[":channelId"];
  const call = client.calls.rooms[":callId"];
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
    async reportViewers(json) {
      const response = await client.chat.viewers.$post({ json }, within(storeWithinMs));
      if (!response.ok) throw new Error(`api answered ${response.status}`);
    },
    async openCall(callId) {
      const response = await call.open.$post({ param: { callId } }, within(openWithinMs));
      if (!response.ok) throw new Error(`api answered ${response.status}`);
      return response.json();
    },
    async saveCall(callId, json) {
      const response = await call.save.$post({ param: { callId }, json }, within(storeWithinMs));
      if (!response.ok) throw new Error(`api answered ${response.status}`);
      return response.json();
    },
    async reportCall(callId, json) {
      const response = await call.report.$post({ param: { callId }, json }, within(storeWithinMs));
      if (!response.ok) throw new Error(`api answered ${response.status}`);
      return response.json();
    },
  };
}
