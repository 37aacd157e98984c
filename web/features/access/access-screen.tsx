'use client';
import { useEffect, useMemo, useState } from 'react';
import type { AccessDocument } from '../../../runtime/access-document.ts';
import { Button } from '../../components/button.tsx';
import { createDemoTokens, type DemoAccount } from '../../graphql/demo-token.ts';
import { AccessLegend } from './access-legend.tsx';
import styles from './access-screen.module.css';
import { AccessTable } from './access-table.tsx';
import { AccessFilters } from './access-filters.tsx';
import { FieldDetails } from './field-details.tsx';
import { type AccessFilter, filterTypes } from './filter-types.ts';
import { TryField } from './try-field.tsx';
import { ACCESS_SCREEN } from '../../words.ts';

const EVERYTHING: AccessFilter = { text: '', audience: '', publicOnly: false };

interface AccessScreenProps {
  readonly document: AccessDocument;
  readonly apiUrl: string;
  /** Null where there is no open demo account. */
  readonly demo: DemoAccount | null;
}

/** The access map with search, filters and the details of one field. The fragment of the URL names the open field. */
export function AccessScreen({ document, apiUrl, demo }: AccessScreenProps) {
  const [filter, setFilter] = useState(EVERYTHING);
  const [selected, setSelected] = useState('');
  const [demoTokens] = useState(() => demo && createDemoTokens(demo));
  const types = useMemo(() => filterTypes(document, filter), [document, filter]);
  const fields = useMemo(() => document.types.flatMap((type) => type.fields), [document]);
  const open = fields.find(({ coordinate }) => coordinate === selected);
  const publicFields = fields.filter(({ isPublic }) => isPublic);
  const count = types.reduce((sum, type) => sum + type.fields.length, 0);

  useEffect(() => {
    // Not decoded: no coordinate needs it, and decoding a malformed fragment throws.
    const follow = () => setSelected(window.location.hash.slice(1));
    follow();
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, []);

  function select(coordinate: string) {
    setSelected(coordinate);
    window.history.replaceState(null, '', coordinate === '' ? window.location.pathname : `#${coordinate}`);
  }

  function close() {
    select('');
    window.document.getElementById(`open-${selected}`)?.focus();
  }

  return (
    <div className={styles.screen}>
      <p className={styles.public}>
        {publicFields.length === 0 ? ACCESS_SCREEN.noFieldIsPublic : ACCESS_SCREEN.publicFields}
        {publicFields.map(({ coordinate }) => (
          <Button key={coordinate} variant="quiet" onClick={() => select(coordinate)}>
            {coordinate}
          </Button>
        ))}
      </p>
      <AccessFilters filter={filter} audiences={document.audiences} onChange={setFilter} />
      <output className={styles.count}>{ACCESS_SCREEN.fieldCount(count, fields.length)}</output>
      <div className={open ? styles.split : styles.whole}>
        <div className={styles.map}>
          {count === 0 ? (
            <div className={styles.empty}>
              <p>{ACCESS_SCREEN.noFieldMatches}</p>
              <Button onClick={() => setFilter(EVERYTHING)}>{ACCESS_SCREEN.showEveryField}</Button>
            </div>
          ) : (
            <AccessTable
              types={types}
              audiences={document.audiences}
              columns={filter.audience === '' ? document.audiences : [filter.audience]}
              caller={document.caller}
              selected={selected}
              onSelect={select}
            />
          )}
          <AccessLegend legend={document.legend} />
        </div>
        {open && (
          <FieldDetails key={selected} field={open} document={document} onClose={close}>
            <TryField field={open} document={document} apiUrl={apiUrl} demoTokens={demoTokens} />
          </FieldDetails>
        )}
      </div>
    </div>
  );
}
