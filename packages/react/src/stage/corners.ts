/** A corner of the stage: block (top, bottom) and inline (start, end) side. */
export type Corner = 'te' | 'ts' | 'be' | 'bs';

/** Where an arrow key takes the picture. */
export function cornerAfter(corner: Corner, key: string): Corner {
  const [block = 'b', inline = 'e'] = corner;
  const next = {
    ArrowUp: `t${inline}`,
    ArrowDown: `b${inline}`,
    ArrowLeft: `${block}s`,
    ArrowRight: `${block}e`,
  }[key];
  return (next as Corner | undefined) ?? corner;
}

/** The corner nearest to a point of the stage. */
export function cornerAt(x: number, y: number, size: { width: number; height: number }): Corner {
  return `${y < size.height / 2 ? 't' : 'b'}${x < size.width / 2 ? 's' : 'e'}` as Corner;
}
