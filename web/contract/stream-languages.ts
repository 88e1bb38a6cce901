/** What may be spoken in a stream, as BCP 47 tags: the languages of the archipelago and those most heard around it. */
export const streamLanguages =
  "id jv su ms min bug ban ace en zh ja ko th vi tl hi ta ar tr fa ur bn es pt fr de it nl pl ru uk sv".split(" ");
