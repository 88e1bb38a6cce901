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
import { newRequestId, requestIdHeader } from "../request-id.ts";

/** [I/O] What rooms ask of api, under the `requestId` of the socket that opened them. Everything rejects when api cannot be reached, is too slow, or has a fault. */
export interface ChatApi {
  open(channelId: string, requestId: string): Promise<OpenAnswer>;
  storeLines(channelId: string, request: LinesRequest, requestId: string): Promise<LinesAnswer>;
}

export interface CallApi {
  openCall(callId: string, requestId: string): Promise<CallOpenAnswer>;
  saveCall(callId: string, request: CallSaveRequest, requestId: string): Promise<CallSaveAnswer>;
  reportCall(callId: string, report: CallReport, requestId: string): Promise<CallReportAnswer>;
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
  const within = (ms: number, requestId: string) => ({
    headers: { [requestIdHeader]: requestId },
    init: { signal: AbortSignal.timeout(ms) },
  });
  return {
    async open(channelId, requestId) {
      const response = await room.open.$post({ param: { channelId } }, within(openWithinMs, requestId));
      if (!response.ok) throw new Error(`api answered ${response.status}`);
      return response.json();
    },
    async storeLines(channelId, json, requestId) {
      const response = await room.lines.$post({ param: { channelId }, json }, within(storeWithinMs, requestId));
      if (!response.ok) throw new Error(`api answered ${response.status}`);
      return response.json();
    },
    async reportViewers(json) {
      const response = await client.chat.viewers.$post({ json }, within(storeWithinMs, newRequestId()));
      if (!response.ok) throw new Error(`api answered ${response.status}`);
    },
    async openCall(callId, requestId) {
      const response = await call.open.$post({ param: { callId } }, within(openWithinMs, requestId));
      if (!response.ok) throw new Error(`api answered ${response.status}`);
      return response.json();
    },
    async saveCall(callId, json, requestId) {
      const response = await call.save.$post({ param: { callId }, json }, within(storeWithinMs, requestId));
      if (!response.ok) throw new Error(`api answered ${response.status}`);
      return response.json();
    },
    async reportCall(callId, json, requestId) {
      const response = await call.report.$post({ param: { callId }, json }, within(storeWithinMs, requestId));
      if (!response.ok) throw new Error(`api answered ${response.status}`);
      return response.json();
    },
  };
}
