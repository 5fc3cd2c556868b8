import { kafkaClient } from './client.ts';
import type { KafkaSettings } from './kafka-settings.ts';

/** Removes a group that nobody needs any more. Where the broker forbids that, the group expires there by itself. */
export async function removeGroup(settings: KafkaSettings, group: string): Promise<void> {
  const admin = kafkaClient(settings).admin();
  try {
    await admin.connect();
    await admin.deleteGroups([group]);
  } catch {
    // nothing depends on it
  } finally {
    await admin.disconnect();
  }
}
