import type { InternalClient } from "../api/contract/internal-client.ts";
import { newRequestId, requestIdHeader } from "../request-id.ts";
import type { ApiCalls } from "./stage-api.ts";

/** [I/O] The stage's questions and reports as calls to api's private listener. */

/** Health and refusals are soon out of date: no use in waiting longer. */
const reportMaxMs = 3000;

/** `machine`: which of several this is. */
export function createApiCalls(
  client: InternalClient,
  machine?: string,
): ApiCalls & { findHolder(streamId: string): Promise<string | null> } {
  const options = (requestId: string, signal = AbortSignal.timeout(reportMaxMs)) => ({
    headers: { [requestIdHeader]: requestId },
    init: { signal },
  });
  return {
    async publish(request, requestId, signal) {
      const response = await client.publish.$post({ json: { ...request, machine } }, options(requestId, signal));
      if (!response.ok) throw new Error(`api answered ${response.status}`);
      return response.json();
    },
    async reportRefusal(report, requestId) {
      const response = await client.refusals.$post({ json: report }, options(requestId));
      if (!response.ok) throw new Error(`api answered ${response.status}`);
    },
    async reportHealth(streamId, health, requestId) {
      const response = await client.streams[":id"].health.$post(
        { param: { id: streamId }, json: { ...health, machine } },
        options(requestId),
      );
      if (!response.ok) throw new Error(`api answered ${response.status}`);
      return response.json();
    },
    async findHolder(streamId) {
      const response = await client.streams[":id"].holder.$get({ param: { id: streamId } }, options(newRequestId()));
      if (!response.ok) throw new Error(`api answered ${response.status}`);
      return (await response.json()).machine;
    },
    async reportEnd(streamId, reason, requestId) {
      const response = await client.streams[":id"].end.$post(
        { param: { id: streamId }, json: { reason, machine } },
        options(requestId),
      );
      if (!response.ok) throw new Error(`api answered ${response.status}`);
    },
  };
}
