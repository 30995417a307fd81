/** What we use of pdfkit: its types are a package of their own, which knows none of its versions of today. */
declare module 'pdfkit' {
  import type { Readable } from 'node:stream';

  interface TextOptions {
    readonly width?: number;
    readonly align?: 'left' | 'right';
    readonly lineBreak?: boolean;
    readonly ellipsis?: boolean;
    readonly height?: number;
  }

  class PDFDocument extends Readable {
    constructor(options: {
      readonly size: 'A4';
      readonly margin: number;
      readonly info: { readonly Title: string; readonly Creator: string; readonly CreationDate: Date };
      readonly lang?: string;
      readonly layout?: 'portrait' | 'landscape';
      readonly bufferPages?: boolean;
    });
    /** Where the next line would stand. */
    readonly y: number;
    readonly page: { readonly width: number; readonly height: number };
    registerFont(name: string, path: string): this;
    font(name: string): this;
    fontSize(size: number): this;
    fillColor(colour: string): this;
    strokeColor(colour: string): this;
    lineWidth(width: number): this;
    text(...drawn: readonly [text: string, x: number, y: number, options?: TextOptions]): this;
    moveTo(x: number, y: number): this;
    lineTo(x: number, y: number): this;
    stroke(): this;
    addPage(): this;
    end(): void;
  }

  export default PDFDocument;
}
