// Apart from what every page takes of the SDK, so that only who is signed in fetches the connection.
export { connectShared } from '@latido/client';
