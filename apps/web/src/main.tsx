import '@fontsource-variable/instrument-sans/wght.css';
import '@fontsource-variable/geist-mono/wght.css';
import './styles/tokens.css';
import '@latido/react/styles.css';
import './styles/base.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { LatidoError } from '@latido/client';
import { createRoot } from 'react-dom/client';
import { firstLocale, firstTheme, loadMessages, PreferencesProvider } from './app/preferences.tsx';
import { createAppRouter } from './router.tsx';
import { ToastProvider } from './ui/toast.tsx';

const client = new QueryClient({
  defaultOptions: {
    queries: {
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
  const messages = await loadMessages(locale);
  const root = document.getElementById('root');
  if (!root) throw new Error('the page has no #root');
  createRoot(root).render(
    <QueryClientProvider client={client}>
      <PreferencesProvider first={{ locale, messages, theme }}>
        <ToastProvider>
          <RouterProvider router={router} />
        </ToastProvider>
      </PreferencesProvider>
    </QueryClientProvider>,
  );
}

void begin();
