import type { Sample } from "../../db/call-quality.ts";

/** RFC 4180. Each column: its name with the unit, and what stands in it. */
const columns: [name: string, value: (sample: Sample) => string | number | null][] = [
  ["time (UTC)", ({ at }) => new Date(at).toISOString()],
  ["measured by", ({ from }) => asText(from)],
  ["measured by (device)", ({ fromId }) => fromId],
  ["connected to", ({ to }) => asText(to)],
  ["connected to (device)", ({ toId }) => toId],
  ["path", ({ path }) => path],
  ["protocol", ({ protocol }) => protocol],
  ["about the last (ms)", ({ overMs }) => overMs],
  ["sent (bit/s)", ({ sentBitsPerSecond }) => sentBitsPerSecond],
  ["received (bit/s)", ({ receivedBitsPerSecond }) => receivedBitsPerSecond],
  ["loss in (0 to 1)", ({ lossIn }) => lossIn],
  ["loss out (0 to 1)", ({ lossOut }) => lossOut],
  ["jitter (ms)", ({ jitterMs }) => jitterMs],
  ["round trip (ms)", ({ roundTripMs }) => roundTripMs],
  ["freezes", ({ freezes }) => freezes],
  ["frozen (ms)", ({ freezeMs }) => freezeMs],
  ["concealed sound (0 to 1)", ({ concealed }) => concealed],
];

/** Spreadsheets take what begins so for a formula, and run it: names are anybody's. */
const asText = (name: string | null): string | null => (name !== null && /^[=+\-@\t\r]/.test(name) ? `'${name}` : name);

const field = (value: string | number | null): string => {
  const text = String(value ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

const record = (fields: (string | number | null)[]): string => `${fields.map(field).join(",")}\r\n`;

export const csvHeader = record(columns.map(([name]) => name));

export const csvOf = (samples: readonly Sample[]): string =>
  samples.map((sample) => record(columns.map(([, value]) => value(sample)))).join("");
