/** The cookie that remembers how wide the list of channels was left. Pages' scripts write it too: it is no secret. */
export const sidebarCookie = "panggung_sidebar";
export const sidebarCookieMaxAgeSeconds = 365 * 24 * 60 * 60;

/** Its value. */
export const sidebarState = (isCollapsed: boolean): "collapsed" | "open" => (isCollapsed ? "collapsed" : "open");
