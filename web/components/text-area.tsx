import { type ComponentProps, useId } from 'react';
import styles from './text-area.module.css';

interface TextAreaProps extends Omit<ComponentProps<'textarea'>, 'id' | 'className'> {
  readonly label: string;
}

/** A labelled field of several lines, which grows with its text. */
export function TextArea({ label, ...textarea }: TextAreaProps) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id}>
        {label}
      </label>
      <textarea rows={3} dir="auto" {...textarea} id={id} className={styles.input} />
    </div>
  );
}
