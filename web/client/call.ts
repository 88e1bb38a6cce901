import { createCallSession } from "./call/session.ts";
import { Devices } from "./call/devices.ts";
import { CallPage } from "./call/ui/call-page.ts";
import { roomFactsOf } from "./call/ui/room-facts.ts";

/** The page of a room (web/views/room.tsx): devices, the session, and what people see of both. */
const root = document.getElementById("call");
if (root !== null) {
  const media = new Devices();
  const session = createCallSession({ ticketUrl: "/ticket", media });
  new CallPage(root, roomFactsOf(root), session, media).start();
}
