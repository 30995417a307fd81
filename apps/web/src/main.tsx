import '@fontsource-variable/instrument-sans/wght.css';
import '@fontsource-variable/geist-mono/wght.css';
import './styles/faces.css';
import './styles/tokens.css';
import '@latido/react/styles.css';
import './styles/base.css';
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { LatidoError } from '@latido/client';
import { createRoot } from 'react-dom/client';
import { meQuery } from './app/api.ts';
import { firstLocale, firstTheme, loadLanguage, PreferencesProvider } from './app/preferences.tsx';
import { createAppRouter } from './router.tsx';
import { ToastProvider } from './ui/toast.tsx';

/** A refusal for want of a sign-in: whoever this page still takes for signed in is asked for again. */
function doubtPerson(error: unknown): void {
  if (!(error instanceof LatidoError) || error.status !== 401) return;
  if (client.getQueryData(meQuery.queryKey)) void client.invalidateQueries({ queryKey: meQuery.queryKey });
}

const client: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: doubtPerson }),
  mutationCache: new MutationCache({ onError: doubtPerson }),
  defaultOptions: {
    // Asked also where the browser takes itself for offline: a wait that says nothing looks like a page that is empty.
    mutations: { networkMode: 'always' },
    queries: {
      networkMode: 'always',
      staleTime: 5_000,
      // What the server refuses stays refused; only silence and its own failures are worth another try.
      retry: (count, error) => count < 2 && !(error instanceof LatidoError && error.status < 500),
    },
  },
});
const router = createAppRouter(client);

async function begin(): Promise<void> {
  const theme = firstTheme();
  const locale = firstLocale();
  document.documentElement.lang = locale;
  await loadLanguage(locale);
  const root = document.getElementById('root');
  if (!root) throw new Error('the page has no #root');
  createRoot(root).render(
    <QueryClientProvider client={client}>
      <PreferencesProvider first={{ theme }}>
        <ToastProvider>
          <RouterProvider router={router} />
        </ToastProvider>
      </PreferencesProvider>
    </QueryClientProvider>,
  );
}

void begin();
