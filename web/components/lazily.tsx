import { type ComponentType, useEffect, useState } from 'react';
import { useErrors } from './announcer.tsx';
import { LAZILY } from '../words.ts';

/**
 * Returns a component that is loaded when it is first rendered, in the browser alone; until then it shows nothing. If it
 * cannot be loaded, the page says so: with React's `lazy`, the whole page would be replaced by that error.
 * @param name a key of the error; one for each component
 */
export function lazily<Props extends object>(
  name: string,
  load: () => Promise<ComponentType<Props>>,
): ComponentType<Props> {
  let loaded: ComponentType<Props> | undefined;
  return function Lazily(props: Props) {
    const [Component, setComponent] = useState(() => loaded);
    const [attempts, setAttempts] = useState(0);
    const { show } = useErrors();
    useEffect(() => {
      if (loaded) return;
      let isMounted = true;
      const loadOrSay = async () => {
        try {
          loaded = await load();
          if (isMounted) setComponent(() => loaded);
        } catch {
          if (isMounted) show(name, LAZILY.notLoaded, { label: LAZILY.tryAgain, run: () => setAttempts(attempts + 1) });
        }
      };
      void loadOrSay();
      return () => {
        isMounted = false;
      };
    }, [attempts, show]);
    return Component ? <Component {...props} /> : null;
  };
}
