import { type ReactNode, useEffect, useId, useRef } from 'react';
import type { AccessDocument, DocumentedField } from '../../../runtime/access-document.ts';
import answerStyles from '../../components/answer.module.css';
import { Button } from '../../components/button.tsx';
import { AccessCell } from './access-cell.tsx';
import { audienceName } from './audience-names.ts';
import styles from './field-details.module.css';
import { FIELD_DETAILS } from '../../words.ts';

interface FieldDetailsProps {
  readonly field: DocumentedField;
  readonly document: AccessDocument;
  readonly onClose: () => void;
  /** The request to try. */
  readonly children: ReactNode;
}

/** Returns a description with its `code` as code. */
const withCode = (description: string): ReactNode[] =>
  description.split('`').map((part, index) => (index % 2 === 0 ? part : <code key={part}>{part}</code>));

/** One field: who gets what, by which rules, SQL and policies. Takes the focus when it opens; Escape closes it. */
export function FieldDetails({ field, document, onClose, children }: FieldDetailsProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const titleId = useId();
  useEffect(() => heading.current?.focus(), []);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- a shortcut for the button "Close"
    <section
      className={styles.details}
      aria-labelledby={titleId}
      onKeyDown={({ key }) => {
        if (key === 'Escape') onClose();
      }}
    >
      <div className={styles.head}>
        <h2 className={styles.title} id={titleId} tabIndex={-1} ref={heading}>
          {field.coordinate}
        </h2>
        <Button variant="quiet" onClick={onClose}>
          {FIELD_DETAILS.close}
        </Button>
      </div>
      {field.description !== null && <p>{withCode(field.description)}</p>}
      <dl className={styles.facts}>
        <div>
          <dt>{FIELD_DETAILS.type}</dt>
          <dd>
            <code>{field.type}</code>
          </dd>
        </div>
        <div>
          <dt>{FIELD_DETAILS.requires}</dt>
          <dd>{field.requires}</dd>
        </div>
        {field.ownerArguments.map(({ name, accepts }) => (
          <div key={name}>
            <dt>
              <code>{name}:</code>
            </dt>
            <dd>{accepts}</dd>
          </div>
        ))}
      </dl>

      <h3 className={styles.subtitle}>{FIELD_DETAILS.whoGetsWhat}</h3>
      <dl className={styles.facts}>
        {document.audiences.map((audience, index) => {
          const cell = field.cells[index];
          return cell === undefined || cell.outcome === 'none' ? null : (
            <div key={audience}>
              <dt>{audienceName(audience)}</dt>
              <dd>
                <AccessCell cell={cell} withCode />
              </dd>
            </div>
          );
        })}
      </dl>

      <h3 className={styles.subtitle}>
        {field.rules.length === 1 ? FIELD_DETAILS.rule : FIELD_DETAILS.rulesAllOfThem}
      </h3>
      <ul className={styles.rules}>
        {field.rules.map(({ directive, coordinate, source }) => (
          <li key={directive + coordinate}>
            <code>{directive}</code>
            <span className={styles.source}>
              {coordinate !== null && (
                <>
                  {FIELD_DETAILS.at}
                  {coordinate}
                </>
              )}
              {source !== null && <code>{source}</code>}
            </span>
          </li>
        ))}
      </ul>

      {document.rows
        .filter(({ type }) => field.ownedTypes.includes(type))
        .map(({ type, table, predicate, policies }) => (
          <div key={type} className={styles.sql}>
            <h3 className={styles.subtitle}>
              {FIELD_DETAILS.rowsOf}
              {type}
            </h3>
            <p>
              {FIELD_DETAILS.everyStatementOn}
              <code>{table}</code>
              {FIELD_DETAILS.hasTheCondition}
            </p>
            <Sql text={`where ${predicate}`} />
            <p>{FIELD_DETAILS.andPostgresqlEnforcesRow}</p>
            <Sql text={policies} />
          </div>
        ))}

      <h3 className={styles.subtitle}>{FIELD_DETAILS.tryIt}</h3>
      {children}
    </section>
  );
}

function Sql({ text }: { text: string }) {
  return (
    <pre className={`${answerStyles.request} ${answerStyles.wrapped}`}>
      <code>{text}</code>
    </pre>
  );
}
