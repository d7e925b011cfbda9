import type { ServiceExport } from '../provider.js';

/**
 * The list of tasks as Bitrix24 exports it for Excel, saved from there as CSV: people, projects and statuses by name,
 * dates in the portal's own form and time zone, tags with `, ` between them, texts without their BB code. Headers are in
 * the language of who exports (lang/{en,de,ru,fr}/export_excel.php of the component tasks.task.list, 2025). Those of
 * other languages are mapped by a job's `columns:`; `ID` is the same in all.
 */
export const bitrix24Export: ServiceExport = {
  marks: [
    ...['Task', 'Responsible person', 'Assignee', 'Created by', 'Created on', 'Modified on', 'Closed on', 'Active'],
    ...['Planned start date', 'Planned end date', 'Planned duration', 'Time spent', 'Track time spent', 'Score'],
    ...[
      'In report',
      'Project',
      'Group',
      'Participants',
      'Responsible person can change deadline',
      'CRM',
      'Lead',
      'Deal',
    ],
    ...['Aufgabe', 'Verantwortliche Person', 'Erstellt von', 'Erstellt am', 'Geändert am', 'Geschlossen am', 'Frist'],
    ...[
      'Projekt',
      'Gruppe',
      'Bewertung',
      'Im Bericht',
      'Geplante Dauer',
      'Zeit aufgewendet',
      'Beobachter',
      'Mitwirkende',
    ],
    ...['Geplantes Anfangsdatum', 'Geplantes Abschlussdatum', 'Startdatum', 'Beschreibung', 'Priorität'],
    ...['Название', 'Ответственный', 'Исполнитель', 'Постановщик', 'Дата создания', 'Дата изменения', 'Дата закрытия'],
    ...['Статус', 'Приоритет', 'Крайний срок', 'Планируемая дата начала', 'Планируемая дата окончания', 'Оценка'],
    ...['Планируемая длительность', 'Затрачено', 'В отчете', 'Проект', 'Теги', 'Последняя активность', 'Наблюдатели'],
    ...['Соисполнители', 'Описание', 'Дата начала работы', 'ID базовой задачи', 'Название базовой задачи'],
    ...['Учитывать рабочее время', 'Разрешено изменять крайний срок', 'Лид', 'Контакт', 'Компания', 'Сделка'],
  ],
  others: ['Status', 'Priority', 'Priorité', 'Priorità', 'Deadline', 'Tags', 'Description'],
};
