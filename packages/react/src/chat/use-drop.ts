import { useState, type DragEvent } from 'react';

/** Files that are dragged over a part of the page and let go there. */
export function useDrop(add: ((files: readonly File[]) => void) | null) {
  const [depth, setDepth] = useState(0);
  const hasFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer.types.includes('Files');
  const on = {
    // Each part that is entered within is entered and left by itself.
    onDragEnter: (event: DragEvent) => hasFiles(event) && setDepth((now) => now + 1),
    onDragLeave: (event: DragEvent) => hasFiles(event) && setDepth((now) => Math.max(0, now - 1)),
    onDragOver: (event: DragEvent) => hasFiles(event) && event.preventDefault(),
    onDrop: (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setDepth(0);
      add?.([...event.dataTransfer.files]);
    },
  };
  return { isOver: add !== null && depth > 0, on };
}
