/** What somebody has chosen for the player in this browser; where storage is forbidden, as long as the page lasts. */
const fallback = new Map<string, string>();
const keyOf = (name: string): string => `panggung.${name}`;

export const readPreference = (name: string): string | null => {
  try {
    return localStorage.getItem(keyOf(name));
  } catch {
    return fallback.get(name) ?? null;
  }
};

export const writePreference = (name: string, value: string): void => {
  fallback.set(name, value);
  try {
    localStorage.setItem(keyOf(name), value);
  } catch {
    // As above.
  }
};
