import {_t} from "@web/core/l10n/translation";
import {patch} from "@web/core/utils/patch";
import {SurveyForm} from "@survey/interactions/survey_form";

/** Say at once what the server would refuse: too few or too many choices. */
patch(SurveyForm.prototype, {
    validateForm(formEl, formData) {
        if (!super.validateForm(formEl, formData)) {
            return false;
        }
        const errors = {};
        for (const el of formEl.querySelectorAll("[data-answer-min], [data-answer-max]")) {
            const wrapper = el.closest(".js_question-wrapper");
            const count = el.querySelectorAll("input:checked").length;
            const least = Number(el.dataset.answerMin || 0);
            const most = Number(el.dataset.answerMax || 0);
            if (count && least && count < least) {
                errors[wrapper.id] = _t("Choose at least %s answers.", least);
            } else if (most && count > most) {
                errors[wrapper.id] = _t("Choose at most %s answers.", most);
            }
        }
        if (Object.keys(errors).length) {
            this.showErrors(errors);
            return false;
        }
        return true;
    },
});
