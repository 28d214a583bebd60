// Facts as the event catalogue defines them, and how to tell one.
import type { TFunction } from 'i18next'
import { factTypes, type Fact, type FactType } from '@/api/events.gen'

type Kind<T extends string> = T extends `io.dcm.${infer K}.v${number}` ? K : never

// FactKind is a type without prefix and version: request.submitted.
export type FactKind = Kind<FactType>

export const kindOf = (type: string): string => type.replace(/^io\.dcm\./, '').replace(/\.v\d+$/, '')

export const isKnown = (type: string): type is FactType => factTypes.some((known) => known === type)

// factOf gives data its form; null for a type of a newer release.
export function factOf(item: { type: string; data: unknown }): Fact | null {
  return isKnown(item.type) ? (item as Fact) : null
}

// factName is a type in words; a type of a newer release keeps its own name.
export function factName(type: string, t: TFunction): string {
  return isKnown(type) ? t(`fact.${kindOf(type) as FactKind}`) : type
}

// Facts of these nouns live in the stream of a request.
export const aboutRequest = (type: string): boolean => /^(request|approval|provisioning)\./.test(kindOf(type))
