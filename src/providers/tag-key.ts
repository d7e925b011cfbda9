/** Equal for names that are one tag to ClickUp: neither letter case nor blanks around a name make another. */
export function tagKey(name: string): string {
  return name.trim().toLowerCase();
}
