import type { JSX } from 'react';
import { useLabels } from '../labels-context.ts';
import { CloseIcon } from '../parts/icons.tsx';

/** A sentence over the controls that does not stop the call, until it is over or read and put away. */
export function Notice(props: {
  text: string;
  testId: string;
  onDismiss?: () => void;
  /** What can be done about it, in words. */
  action?: { readonly label: string; readonly onPress: () => void };
}): JSX.Element {
  const labels = useLabels();
  return (
    <div className="lt-notice" data-testid={props.testId}>
      <p role="status">{props.text}</p>
      {props.action && (
        <button type="button" className="lt-notice-action" onClick={props.action.onPress}>
          {props.action.label}
        </button>
      )}
      {props.onDismiss && (
        <button
          type="button"
          className="lt-notice-close"
          title={labels.dismiss}
          aria-label={labels.dismiss}
          onClick={props.onDismiss}
        >
          <CloseIcon />
        </button>
      )}
    </div>
  );
}
