<?php

namespace App\Events;

use Illuminate\Broadcasting\PrivateChannel;
use Illuminate\Contracts\Broadcasting\ShouldBroadcastNow;

/** Said to whoever is connected now: `broadcast(new CreditRequiresAttention($collector->id, [...]))`. */
class CreditRequiresAttention implements ShouldBroadcastNow
{
    /** @param  array<string, mixed>  $credit */
    public function __construct(public int|string $collectorId, public array $credit)
    {
    }

    /** Laravel puts `private-` before it. */
    public function broadcastOn(): PrivateChannel
    {
        return new PrivateChannel("cobrador.{$this->collectorId}");
    }

    /** Without it the event is called by its class, and the phone hears nothing. */
    public function broadcastAs(): string
    {
        return 'credit.requires.attention';
    }

    /** What the phone gets; without it, all public members. */
    public function broadcastWith(): array
    {
        return $this->credit;
    }
}
