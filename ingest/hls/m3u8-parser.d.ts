/** What our tests read of m3u8-parser 7.2.0, which has no types of its own. */
declare module "m3u8-parser" {
  export class Parser {
    manifest: {
      segments: { uri?: string; discontinuity?: boolean }[];
      preloadSegment: { preloadHints: unknown[] };
    };
    push(text: string): void;
    end(): void;
  }
}
