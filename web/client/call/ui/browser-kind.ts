/** What can be clicked after a refusal differs from browser to browser. */
export type BrowserKind = "chromium" | "chromium-android" | "firefox" | "firefox-android" | "safari" | "ios" | "other";

/**
 * By what a browser says of itself: there is nothing else to tell from where its permissions are. `touchPoints`: an iPad
 * calls itself a Mac, but can be touched.
 */
export function browserKind(userAgent: string, touchPoints: number): BrowserKind {
  if (/iPhone|iPad|iPod/.test(userAgent) || (/Macintosh/.test(userAgent) && touchPoints > 1)) return "ios";
  const isAndroid = /Android/.test(userAgent);
  if (/Firefox\//.test(userAgent)) return isAndroid ? "firefox-android" : "firefox";
  if (/Chrom(e|ium)\//.test(userAgent)) return isAndroid ? "chromium-android" : "chromium";
  return /Safari\//.test(userAgent) && /Macintosh/.test(userAgent) ? "safari" : "other";
}
