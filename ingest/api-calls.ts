import type { InternalClient } from "../api/contract/internal-client.ts";
import type { ApiCalls } from "./stage.ts";

/** [I/O] The stage's questions and reports as calls to api's private listener. */

/** Health and refusals are soon out of date: no use in waiting longer. */
const reportMaxMs = 3000;

export function createApiCalls(client: InternalClient): ApiCalls {
  const init = (signal = AbortSignal.timeout(reportMaxMs)): { init: RequestInit } => ({ init: { signal } });
  return {
    async publish(request, signal) {
      const response = await client.publish.$post({ json: request }, init(signal));
      if (!response.ok) throw new Error(`api answered ${response.status}`);
      return response.json();
    },
    async reportRefusal(report) {
      const response = await client.refusals.$post({ json: report }, init());
      if (!response.ok) throw new Error(`api answered ${response.status}`);
    },
    async reportHealth(streamId, health) {
      const response = await client.streams[":id"].health.$post({ param: { id: streamId }, json: health }, init());
      if (!response.ok) throw new Error(`api answered ${response.status}`);
      return response.json();
    },
    async reportEnd(streamId, reason) {
      const response = await client.streams[":id"].end.$post({ param: { id: streamId }, json: { reason } }, init());
      if (!response.ok) throw new Error(`api answered ${response.status}`);
    },
  };
}
