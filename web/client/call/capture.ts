import type { DeviceProblem } from "./types.ts";

/** Asks the browser for cameras, microphones and screens, and says in one word why there is none. */

export type Captured = { stream: MediaStream } | { problem: DeviceProblem };

/** "": the browser's choice. */
export interface CaptureRequest {
  microphoneId?: string;
  cameraId?: string;
}

/** Not in the type library yet (Screen Capture, W3C; restrictOwnAudio keeps the call's own voices out of the share). */
interface ShareOptions extends DisplayMediaStreamOptions {
  systemAudio: "include" | "exclude";
  surfaceSwitching: "include" | "exclude";
  selfBrowserSurface: "include" | "exclude";
  audio: MediaTrackConstraints & { restrictOwnAudio: boolean; suppressLocalAudioPlayback: boolean };
}

/** What a camera is asked for at first; adaptation asks for less. */
export const cameraHeight = 720;
export const cameraFramesPerSecond = 30;
const screenFramesPerSecond = 15;

const audioConstraints = (id: string): MediaTrackConstraints => ({
  ...(id === "" ? {} : { deviceId: { exact: id } }),
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
});

const videoConstraints = (id: string): MediaTrackConstraints => ({
  ...(id === "" ? {} : { deviceId: { exact: id } }),
  width: { ideal: (cameraHeight * 16) / 9 },
  height: { ideal: cameraHeight },
  frameRate: { ideal: cameraFramesPerSecond },
});

/** One question for both, when both are wanted at once. A remembered device that is gone is replaced by the browser's choice. */
export async function capture(request: CaptureRequest): Promise<Captured> {
  if (!isCapable()) return { problem: globalThis.isSecureContext ? "unsupported" : "insecure" };
  try {
    return { stream: await ask(request) };
  } catch (error) {
    const problem = problemOf(error);
    const isByName = Boolean(request.cameraId) || Boolean(request.microphoneId);
    if (problem !== "missing" || !isByName) return { problem };
    const { cameraId, microphoneId } = request;
    return capture({
      ...(cameraId === undefined ? {} : { cameraId: "" }),
      ...(microphoneId === undefined ? {} : { microphoneId: "" }),
    });
  }
}

const ask = ({ microphoneId, cameraId }: CaptureRequest): Promise<MediaStream> =>
  navigator.mediaDevices.getUserMedia({
    ...(microphoneId === undefined ? {} : { audio: audioConstraints(microphoneId) }),
    ...(cameraId === undefined ? {} : { video: videoConstraints(cameraId) }),
  });

/** Without https there are no devices at all. */
const isCapable = (): boolean => "mediaDevices" in navigator;

/** A screen, a window or a tab, as the person chooses; must come from a click. */
export async function captureScreen(): Promise<Captured> {
  if (!isCapable()) return { problem: globalThis.isSecureContext ? "unsupported" : "insecure" };
  if (!("getDisplayMedia" in navigator.mediaDevices)) return { problem: "unsupported" };
  const options: ShareOptions = {
    video: { frameRate: { ideal: screenFramesPerSecond } },
    audio: {
      echoCancellation: false,
      noiseSuppression: false,
      autoGainControl: false,
      // Whoever shares wants to hear it too.
      suppressLocalAudioPlayback: false,
      restrictOwnAudio: true,
    },
    systemAudio: "include",
    surfaceSwitching: "include",
    selfBrowserSurface: "exclude",
  };
  try {
    const stream = await navigator.mediaDevices.getDisplayMedia(options);
    // Text must stay sharp; sound is not speech.
    for (const track of stream.getVideoTracks()) track.contentHint = "detail";
    for (const track of stream.getAudioTracks()) track.contentHint = "music";
    return { stream };
  } catch (error) {
    const problem = problemOf(error);
    // The browser's window for it was closed: nothing is wrong.
    return { problem: problem === "denied" && !isDeniedBySystem(error) ? "dismissed" : problem };
  }
}

const isDeniedBySystem = (error: unknown): boolean => error instanceof Error && /system/i.test(error.message);

/** Media Capture and Streams, W3C, 10.2.1: what getUserMedia may fail with. */
export function problemOf(error: unknown): DeviceProblem {
  if (!(error instanceof Error)) return "unknown";
  switch (error.name) {
    case "NotAllowedError":
      return /dismissed/i.test(error.message) ? "dismissed" : "denied";
    case "SecurityError":
      return "denied";
    case "NotFoundError":
    case "OverconstrainedError":
      return "missing";
    case "NotReadableError":
    case "AbortError":
      return "busy";
    case "TypeError":
    case "NotSupportedError":
      return "unsupported";
    default:
      return "unknown";
  }
}
