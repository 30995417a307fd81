import { createContext, useContext } from 'react';
import { enLabels } from './labels-en.ts';
import type { Labels } from './labels.ts';

/** The words of every component below; English where nobody says otherwise. */
export const LabelsContext = createContext<Labels>(enLabels);

/** The words that apply here. */
export const useLabels = (): Labels => useContext(LabelsContext);
