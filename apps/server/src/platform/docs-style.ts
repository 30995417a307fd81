/** How `/docs` looks: the app's own colours over the viewer's, light and dark. */
export const DOCS_STYLE = `
:root{color-scheme:light dark;--paper:light-dark(#f6f5f1,#0d1211);--surface:light-dark(#fffefb,#131a18);
--line:light-dark(#dfdcd3,#2a3531);--text:light-dark(#171b1a,#eaf1ee);--muted:light-dark(#5c6663,#93a39d);
--pulse:light-dark(#0b6b57,#46d9b1);--soft:light-dark(#dcefe8,#12352c);--on:light-dark(#fff,#04231b)}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--text);font:15px/1.5 system-ui,sans-serif}
a{color:var(--pulse);text-underline-offset:3px}
:focus-visible{outline:2px solid var(--pulse);outline-offset:2px}
.top{display:flex;flex-wrap:wrap;gap:4px 24px;align-items:center;min-height:56px;padding:0 24px;background:var(--surface);
border-bottom:1px solid var(--line);position:sticky;top:0;z-index:5}
.top a{display:inline-flex;align-items:center;min-height:44px;color:var(--muted);text-decoration:none;font-weight:500}
.top>a{color:var(--text);font-size:17px;font-weight:600}.top nav{display:flex;gap:16px;overflow-x:auto}

.page{max-width:1024px;margin:0 auto;padding:32px 24px 64px}
section>p{max-width:70ch;color:var(--muted)}h1{font-size:28px;line-height:1.15;letter-spacing:-.02em;margin:0 0 8px}
h2{font-size:19px;margin:40px 0 12px;scroll-margin-top:72px}
.wide{overflow-x:auto;border:1px solid var(--line);border-radius:16px;background:var(--surface)}
.wide table{border-collapse:collapse;width:100%}.wide td,.wide th{padding:10px 16px;text-align:left;vertical-align:top}
.wide th{color:var(--muted);font-size:13px;font-weight:500}.wide tr+tr{border-top:1px solid var(--line)}
:target{background:var(--soft)}code{font-family:ui-monospace,monospace;font-size:.92em}
.swagger-ui,.swagger-ui *{font-family:inherit!important}
.swagger-ui code,.swagger-ui pre,.swagger-ui pre *,.swagger-ui .opblock-summary-path *,.swagger-ui textarea
{font-family:ui-monospace,monospace!important}
.swagger-ui .info,.swagger-ui .topbar{display:none}
.swagger-ui .wrapper{max-width:none;padding:0}
.swagger-ui .scheme-container{background:none;box-shadow:none;padding:12px 0;margin:0}
.swagger-ui,.swagger-ui .opblock-tag,.swagger-ui .opblock .opblock-summary-path,.swagger-ui .opblock .opblock-summary-path a,
.swagger-ui .opblock-description-wrapper p,.swagger-ui .response-col_status,.swagger-ui table thead tr th,
.swagger-ui table thead tr td,.swagger-ui .parameter__name,.swagger-ui .tab li,.swagger-ui label,.swagger-ui .btn,
.swagger-ui section h3,.swagger-ui .opblock-section-header h4,.swagger-ui .opblock-title_normal,.swagger-ui .model,
.swagger-ui .model-title,.swagger-ui .prop-type,.swagger-ui p,.swagger-ui h4,.swagger-ui h5,.swagger-ui .responses-inner h4,
.swagger-ui .responses-inner h5,.swagger-ui .dialog-ux .modal-ux-header h3,.swagger-ui .markdown *,.swagger-ui .renderedMarkdown *
{color:var(--text)!important}
.swagger-ui .opblock-tag small,.swagger-ui .opblock .opblock-summary-description,.swagger-ui .parameter__type,
.swagger-ui .parameter__in,.swagger-ui .response-col_links{color:var(--muted)!important}
.swagger-ui .opblock-tag{border-bottom:1px solid var(--line);font-size:17px}
.swagger-ui .opblock.opblock,.swagger-ui .opblock .opblock-section-header,.swagger-ui .model-box,
.swagger-ui .dialog-ux .modal-ux,.swagger-ui section.models{background:var(--surface)!important;border:1px solid var(--line);
box-shadow:none;border-radius:10px}
.swagger-ui .opblock .opblock-summary{border-color:var(--line)!important;min-height:44px}
.swagger-ui .opblock .opblock-summary-method{background:var(--soft)!important;color:var(--pulse)!important;text-shadow:none;
border-radius:6px;font-weight:600}
.swagger-ui input,.swagger-ui select,.swagger-ui textarea{background:var(--paper)!important;color:var(--text)!important;
border:1px solid var(--muted)!important;border-radius:10px!important;min-height:44px}
.swagger-ui .btn{background:var(--surface);border:1px solid var(--muted);box-shadow:none;border-radius:10px;min-height:44px}
.swagger-ui .btn.execute{background:var(--pulse);border-color:var(--pulse);color:var(--on)!important}
.swagger-ui button,.swagger-ui .arrow,.swagger-ui .unlocked{color:var(--text)!important}
.swagger-ui svg,.swagger-ui svg path{fill:currentColor!important}
.swagger-ui .highlight-code pre,.swagger-ui .microlight{background:#131a18!important;border-radius:10px}
.swagger-ui .opblock-summary-path{word-break:break-word;max-width:none!important}
@media(max-width:640px){.page{padding:24px 16px 48px}.top{padding:0 16px}
.swagger-ui .opblock .opblock-summary{flex-wrap:wrap}
.swagger-ui .opblock .opblock-summary-method{min-width:64px}
.swagger-ui .opblock .opblock-summary-description{flex-basis:100%;text-align:left;padding:4px 10px}
.swagger-ui table.parameters,.swagger-ui .responses-table,.swagger-ui .parameters-container,.swagger-ui .table-container
{display:block;overflow-x:auto}.swagger-ui .opblock-tag small{display:none}}
`;
