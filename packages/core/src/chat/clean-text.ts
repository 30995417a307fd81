/** What is kept of a text that somebody wrote (CHAT-1). Links and marks stay as they are: whoever shows it makes them safe. */
export function cleanText(text: string): string {
  return text
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[^\P{Cc}\n\t]/gu, '')
    .replaceAll(/\p{Cs}/gu, '\uFFFD');
}
