<?php

namespace App;

use App\Models\User;
use Illuminate\Http\Client\PendingRequest;
use Illuminate\Http\Client\RequestException;
use Illuminate\Support\Facades\Http;
use Illuminate\Support\Str;

/** What must not be lost goes this way: a notice is in its recipient's inbox before anything is sent. */
class Latido
{
    /** Makes the person that Latido knows by our id, or brings them up to date. */
    public function putPerson(User $user, array $roles): string
    {
        return $this->api()->put("/api/v1/people/by-external-id/{$user->id}", [
            'name' => $user->name,
            // Latido's words are there in these two; es_MX is es.
            'locale' => str_starts_with(app()->getLocale(), 'es') ? 'es' : 'en',
            'roles' => $roles,
        ])->throw()->json('personId');
    }

    /** A bearer for their phone or browser; every door takes it, and a collector records payments with it. */
    public function tokenFor(string $personId): string
    {
        return $this->api()->post("/api/v1/people/{$personId}/tokens", ['scopes' => ['inbox', 'calls', 'collections']])
            ->throw()->json('token');
    }

    /**
     * Tells people something, by our ids or by role; once, however often it is sent under one key.
     *
     * @param  array<int, string|array{role: string}>  $to
     */
    public function notice(array $to, string $type, array $payload, ?string $dedupKey = null): array
    {
        return $this->api()->post('/api/v1/notices', array_filter([
            'to' => $to,
            'type' => $type,
            'payload' => $payload,
            // Asked again after a broken connection, it is told once all the same.
            'dedupKey' => $dedupKey ?? (string) Str::uuid(),
        ]))->throw()->json();
    }

    /** A token for a room of LiveKit, on behalf of somebody. */
    public function roomToken(string $roomName, string $externalId): array
    {
        return $this->api()->post('/api/livekit/token', compact('roomName', 'externalId'))->throw()->json();
    }

    private function api(): PendingRequest
    {
        return Http::baseUrl(config('broadcasting.latido.url'))
            ->withToken(config('broadcasting.latido.key'))
            ->acceptJson()
            ->timeout(10)
            // Only what another try can mend: no answer, too many requests, a fault of the server. Every request here may be sent twice.
            ->retry(3, 500, fn ($error) => ! $error instanceof RequestException
                || $error->response->status() === 429
                || $error->response->serverError(), throw: false);
    }
}
