import { signedIn } from '../../../../lib/session';
import { tokenFor } from '../../../../lib/token';

export async function POST(request: Request): Promise<Response> {
  return await tokenFor(await signedIn(), request);
}
