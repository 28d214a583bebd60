// Why a receipt proves nothing, or cannot be checked here.
export type ProofFault =
  | 'format' // it is no receipt, or of a format that is not known
  | 'other' // it is of another record than the one shown
  | 'changed' // the record is not what was put into the log
  | 'rewritten' // the log is not the one that was signed
  | 'signature' // no key at hand has signed
  | 'keyless' // no key is at hand
  | 'unsupported' // the browser cannot check signatures

export class ProofError extends Error {
  readonly fault: ProofFault

  constructor(fault: ProofFault) {
    super(fault)
    this.name = 'ProofError'
    this.fault = fault
  }
}
