import { Hono } from "hono";
import type { AppEnv } from "../app-env.ts";
import { goTo, pageOfForm, readForm } from "../request.ts";
import { rememberSidebar } from "../sidebar.ts";

/** `POST /sidebar`: collapses or opens the list of channels, and goes back to the page it was done on. */
export const sidebarRoutes = () =>
  new Hono<AppEnv>().post("/sidebar", async (c) => {
    const { collapsed, next } = await readForm(c, "collapsed", "next");
    rememberSidebar(c, collapsed === "yes");
    return goTo(c, pageOfForm(c, next));
  });
