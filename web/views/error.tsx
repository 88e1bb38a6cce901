import { Layout, type PageProps } from "./layout.tsx";

export const ErrorPage = (props: { page: PageProps; status: number; title: string; message: string }) => (
  <Layout page={props.page} title={props.title}>
    <div class="error-page">
      <p class="error-status" aria-hidden="true">
        {props.status}
      </p>
      <h1>{props.title}</h1>
      <p>{props.message}</p>
      <a class="button" href="/">
        See who is live
      </a>
    </div>
  </Layout>
);
