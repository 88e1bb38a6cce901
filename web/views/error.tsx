import { Layout, type PageProps } from "./layout.tsx";
import { layoutTexts } from "./layout-texts.ts";

/** RFC 9110, 15.5.20: at this host every way would lead back to the same page. */
const wrongAddress = 421;

interface ErrorPageProps {
  page: PageProps;
  status: number;
  title: string;
  message: string;
  /** What the server's log has it under. */
  reference: string;
}

export const ErrorPage = (props: ErrorPageProps) => (
  <Layout
    page={props.page}
    title={props.title}
    head={<meta name="robots" content="noindex" />}
    bare={props.status === wrongAddress}
  >
    <div class="error-page">
      <p class="error-status" aria-hidden="true">
        {props.status}
      </p>
      <h1>{props.title}</h1>
      <p>{props.message}</p>
      {props.status !== wrongAddress && (
        <a class="button" href="/">
          {layoutTexts[props.page.language].seeLive}
        </a>
      )}
      <p class="hint">
        {layoutTexts[props.page.language].reference} <code>{props.reference}</code>
      </p>
    </div>
  </Layout>
);
