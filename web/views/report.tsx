import { Layout, type PageProps } from "./layout.tsx";
import { FormError, Icon } from "./parts.tsx";
import { reportTexts } from "./report-texts.ts";

export const detailsMaxCharacters = 1000;

interface ReportedChannel {
  /** Of `/@name`. */
  name: string;
  /** As the streamer wants to be called. */
  displayName: string;
}

export interface ReportPageProps {
  page: PageProps;
  channel: ReportedChannel;
  /** What was typed. */
  values: { why: string; details: string };
  error?: string | undefined;
}

const Form = ({ page, channel, values, error }: ReportPageProps) => {
  const texts = reportTexts[page.language];
  const reasons = Object.entries(texts.reasons);
  return (
    <form class="form panel report-form" method="post" action={`/@${channel.name}/report`}>
      <FormError id="report-error" message={error} />
      <fieldset class="report-reasons">
        <legend>{texts.why}</legend>
        {reasons.map(([value, name]) => (
          <label class="check">
            <input type="radio" name="why" value={value} required checked={value === values.why} />
            {name}
          </label>
        ))}
      </fieldset>
      <div class="field">
        <label for="report-details">{texts.details}</label>
        <textarea
          id="report-details"
          name="details"
          rows={5}
          maxlength={detailsMaxCharacters}
          aria-describedby="report-hint"
          {...(error === undefined ? {} : { "aria-errormessage": "report-error" })}
        >
          {values.details}
        </textarea>
        <p class="hint" id="report-hint">
          {texts.detailsHint}
        </p>
      </div>
      <div>
        <button class="button" type="submit">
          {texts.send}
        </button>
      </div>
    </form>
  );
};

/** `/@name/report`: for administrators to read. */
export const ReportPage = (props: ReportPageProps) => {
  const { page, channel } = props;
  const texts = reportTexts[page.language];
  return (
    <Layout page={page} title={texts.title(channel.displayName)} styles="desk">
      <div class="report-page">
        <h1>{texts.title(channel.displayName)}</h1>
        <p class="lead">{texts.lead}</p>
        <Form {...props} />
        <p>
          <a href={`/@${channel.name}`}>{texts.back(channel.displayName)}</a>
        </p>
      </div>
    </Layout>
  );
};

/** Instead of the form: it was sent, or cannot be. */
export const ReportSaidPage = (props: {
  page: PageProps;
  channel: ReportedChannel;
  said: "sent" | "already" | "own";
}) => {
  const { page, channel, said } = props;
  const texts = reportTexts[page.language];
  return (
    <Layout page={page} title={texts.title(channel.displayName)} styles="desk">
      <div class="report-page">
        <h1>{said === "sent" ? texts.sent : texts.title(channel.displayName)}</h1>
        <p class="panel report-said" role="status">
          {said !== "own" && <Icon name="check" />}
          {said === "sent" ? texts.sentText : texts[said]}
        </p>
        <p>
          <a href={`/@${channel.name}`}>{texts.back(channel.displayName)}</a>
        </p>
      </div>
    </Layout>
  );
};
