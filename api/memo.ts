const answersMax = 100;

/** Remembers the answers of a pure function to the questions that come again and again; `keyOf` tells them apart. */
export function memoize<Question extends unknown[], Answer>(
  ask: (...question: Question) => Answer,
  keyOf: (...question: Question) => string,
): (...question: Question) => Answer {
  const answers = new Map<string, Answer>();
  return (...question) => {
    const key = keyOf(...question);
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = ask(...question);
    // Strangers ask too: what they make up must not gather here.
    if (answers.size >= answersMax) answers.clear();
    answers.set(key, answer);
    return answer;
  };
}
