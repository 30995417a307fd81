/** Whether a text may be an e-mail address: the server has the last word, this only catches slips. */
export const isEmail = (text: string): boolean => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text.trim());

/** The shortest password that the server takes. */
export const PASSWORD_MIN = 10;
